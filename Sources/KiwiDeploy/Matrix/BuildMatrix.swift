import Foundation

/// Builds for an engine that runs jobs: make, Slurm, GitLab, GitHub. Pure: the text of its job file.
public struct BuildMatrix: Sendable {
    /// The engines that are known.
    public enum Format: String, Sendable, CaseIterable { case make, slurm, gitlab, github }

    public var jobs: [BuildJob]
    /// Where results go: a folder for each job in it.
    public var target: String
    /// The place that jobs share layers by, for `--cache-from` and `--cache-to`.
    public var cache: String?
    /// The container image that jobs of GitLab and GitHub run in.
    public var image: String?
    /// More words for each call of kiwi.
    public var options: [String]

    public init(
        jobs: [BuildJob], target: String, cache: String? = nil, image: String? = nil, options: [String] = []
    ) {
        self.jobs = jobs
        self.target = target
        self.cache = cache
        self.image = image
        self.options = options
    }

    public func text(_ format: Format) -> String {
        switch format {
        case .make: make
        case .slurm: slurm
        case .gitlab: gitlab
        case .github: github
        }
    }

    /// What follows the program's name.
    private func words(_ job: BuildJob) -> [String] {
        job.profiles.flatMap { ["--profile", $0] } + ["--type", job.type]
            + (cache.map { ["--cache-from", $0, "--cache-to", $0] } ?? [])
            + ["system", "build", "--description", job.description]
    }

    private func folder(_ job: BuildJob) -> String { "\(target)/\(job.name)" }

    private func command(_ job: BuildJob) -> String {
        Self.shell(["kiwi"] + words(job) + ["--target-dir", folder(job)] + options)
    }

    /// Words for a shell, quoted where that is needed.
    static func shell(_ words: [String]) -> String {
        words.map { word in
            let isPlain = word.utf8.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
                    || "._-/:=@,+".utf8.contains($0)
            }
            return isPlain && !word.isEmpty ? word : "'\(word.replacing("'", with: "'\\''"))'"
        }.joined(separator: " ")
    }

    // MARK: make

    /// Rules that always run: kiwi itself knows what is up to date, and takes seconds then.
    private var make: String {
        func quoted(_ text: String) -> String { text.replacing("$", with: "$$").replacing("#", with: "\\#") }
        var lines = [
            "# All images: make -j 2; one of them: make NAME.",
            "KIWI ?= kiwi", "TARGET ?= \(quoted(target.replacing("'", with: "'\\''")))", "",
            ".PHONY: all \(jobs.map(\.name).joined(separator: " "))",
            "all: \(jobs.map(\.name).joined(separator: " "))",
        ]
        for job in jobs {
            lines += [
                "", "\(job.name):",
                "\t$(KIWI) "
                    + Self.shell(words(job)).replacing("$", with: "$$")
                    + " --target-dir '$(TARGET)/\(job.name)'"
                    + (options.isEmpty ? "" : " " + Self.shell(options).replacing("$", with: "$$")),
            ]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: Slurm

    private var slurm: String {
        var lines = [
            "#!/bin/bash", "# All images: sbatch FILE; one of them: sbatch --array=NUMBER FILE.",
            "#SBATCH --job-name=kiwi", "#SBATCH --array=0-\(jobs.count - 1)", "set -eu",
            "case ${SLURM_ARRAY_TASK_ID:?start this with sbatch} in",
        ]
        for (number, job) in jobs.enumerated() {
            lines += ["    \(number)) # \(job.name)", "        exec \(command(job))", "        ;;"]
        }
        lines += [
            "    *)", "        echo \"there is no image $SLURM_ARRAY_TASK_ID\" >&2", "        exit 2",
            "        ;;",
            "esac",
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: GitLab and GitHub

    /// JSON's strings are YAML's too.
    private static func string(_ text: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
    }

    /// A child pipeline: each image a job.
    private var gitlab: String {
        var lines = [
            "# For 'trigger: include: artifact:' of a pipeline, or as a pipeline of its own.", "stages:",
            "  - images",
        ]
        if let image { lines += ["default:", "  image: \(Self.string(image))"] }
        for job in jobs {
            lines += [
                "", "\(Self.string(job.name)):", "  stage: images", "  script:",
                "    - \(Self.string(command(job)))", "  artifacts:", "    when: always", "    paths:",
                "      - \(Self.string(folder(job)))",
            ]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A workflow with a matrix.
    private var github: String {
        var lines = [
            "name: images", "on:", "  push:", "  workflow_dispatch:", "jobs:", "  image:",
            "    name: ${{ matrix.name }}", "    runs-on: ubuntu-latest",
        ]
        if let image { lines.append("    container: \(Self.string(image))") }
        lines += ["    strategy:", "      fail-fast: false", "      matrix:", "        include:"]
        for job in jobs {
            lines += [
                "          - name: \(Self.string(job.name))",
                "            command: \(Self.string(command(job)))",
                "            results: \(Self.string(folder(job)))",
            ]
        }
        lines += [
            "    steps:", "      - uses: actions/checkout@v4", "      - run: ${{ matrix.command }}",
            "      - uses: actions/upload-artifact@v4", "        if: always()", "        with:",
            "          name: ${{ matrix.name }}", "          path: ${{ matrix.results }}",
        ]
        return lines.joined(separator: "\n") + "\n"
    }
}
