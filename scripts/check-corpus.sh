#!/bin/bash
# check-corpus.sh PROGRAM: other people's descriptions, in the folder CORPUS, with what kiwi-ng
# answers to them. CHECK compares the answers; the number that passes may only grow
# (.ci/corpus-minimum). Then 'kiwi lint' must not find errors in what kiwi-ng accepts.
set -euo pipefail
program=$(realpath "${1:?usage: check-corpus.sh PROGRAM}")
cd "$(dirname "$0")/.."
corpus=${CORPUS:-../shared/corpus}
check=${CHECK:-../shared/checks/description}
if [ ! -d "$corpus/cases" ] || [ ! -e "$check" ]; then
    echo "check-corpus: no $corpus/cases or no $check; give CORPUS=DIR and CHECK=PROGRAM" >&2
    exit 2
fi

report=$(python3 "$check" "$program" "$corpus/cases" 2>&1) || true
tail -n 12 <<<"$report"
passed=$(sed -n 's/^passed \([0-9]*\) of .*/\1/p' <<<"$report" | tail -n 1)
minimum=$(cat .ci/corpus-minimum)
if [ "${passed:-0}" -lt "$minimum" ]; then
    echo "only ${passed:-0} descriptions are read right, $minimum were before" >&2
    exit 1
fi

python3 - "$program" "$corpus/cases" <<'END'
import concurrent.futures, json, pathlib, subprocess, sys

program, cases = sys.argv[1], sorted(pathlib.Path(sys.argv[2]).iterdir())


def errors(folder):
    case = json.loads((folder / "case.json").read_text())
    if not json.loads((folder / "expected.json").read_text())["ok"]:
        return None
    words = [program]
    if case["file"] != "config.xml" and not case["file"].endswith(".kiwi"):
        words += ["--kiwi-file", case["file"]]
    answer = subprocess.run(
        words + ["--target-arch", case["arch"], "lint", str(folder), "--format", "json"],
        capture_output=True, text=True, timeout=60)
    try:
        findings = json.loads(answer.stdout)
    except ValueError:
        return [f"no answer, code {answer.returncode}: {answer.stderr[-200:]}"]
    # Files beside the descriptions are not in the corpus. Descriptions that are made to fail at
    # kiwi-ng's checks of a build are right otherwise, and kiwi-ng's `image info` takes them.
    made_to_fail = folder.name.startswith("mutant-") or "runtime_checker" in folder.name
    return [
        f"{f['code']}: {f['message']}" for f in findings
        if f["severity"] == "error" and f["code"] != "missing-file"
        and not (made_to_fail and f["code"].startswith("check_"))
    ]


with concurrent.futures.ThreadPoolExecutor() as pool:
    found = dict(zip([c.name for c in cases], pool.map(errors, cases)))
valid = [name for name, list in found.items() if list is not None]
wrong = [name for name in valid if found[name]]
for name in wrong:
    print(f"lint {name}: {'; '.join(found[name])}", file=sys.stderr)
print(f"lint: {len(valid) - len(wrong)} of {len(valid)} descriptions that kiwi-ng accepts have no error")
sys.exit(1 if wrong or not valid else 0)
END
