# Reads samples (side, case, wall, processor seconds, peak KiB, percent used by others), prints
# medians and ratios, writes them as JSON to the file `json`. With `check`: ends with code 1
# when a target is missed.
BEGIN { FS = "\t" }

{
    key = $1 SUBSEP $2
    count[key]++
    wall[key, count[key]] = $3
    own[key, count[key]] = $4
    others[key, count[key]] = $6
    if ($5 != "-" && $5 > peak[$1]) peak[$1] = $5
    # kiwi-ng and the floor have parts that add up.
    if ($1 == "kiwi-ng") { sum("kiwi-ng", "cold", count[key], $3, $4, $6) }
}

function sum(side, name, number, seconds, processor, other,    key) {
    key = side SUBSEP name
    if (number > count[key]) count[key] = number
    parts[key, number]++
    wall[key, number] += seconds
    own[key, number] += processor
    if (other > others[key, number]) others[key, number] = other
}

function median(values, side, name,    key, n, i, j, sorted, value) {
    key = side SUBSEP name
    n = count[key]
    if (n == 0) return 0
    for (i = 1; i <= n; i++) {
        value = values[key, i]
        for (j = i - 1; j > 0 && sorted[j] > value; j--) sorted[j + 1] = sorted[j]
        sorted[j + 1] = value
    }
    return n % 2 ? sorted[(n + 1) / 2] : (sorted[n / 2] + sorted[n / 2 + 1]) / 2
}

function row(side, name, title,    seconds) {
    seconds = median(wall, side, name)
    if (seconds == 0) return
    printf "%-34s %9.1f %11.1f %8d %%  (%d)\n", title, seconds, median(own, side, name), median(others, side, name), count[side, name]
    rows = rows sprintf("%s\n    {\"side\": \"%s\", \"case\": \"%s\", \"wall\": %.2f, \"processor\": %.2f, \"others_percent\": %d, \"samples\": %d}", \
        rows == "" ? "" : ",", side, name, seconds, median(own, side, name), median(others, side, name), count[side, name])
}

# A ratio with its target: `least` or at most `most`.
function ratio(title, above, below, least, most,    value, met) {
    if (above == 0 || below == 0) return
    value = above / below
    met = least ? value >= least : value <= most
    if (!met) missed++
    printf "%-50s %7.2f   target %s %s   %s\n", title, value, least ? ">=" : "<=", least ? least : most, met ? "met" : "MISSED"
    ratios = ratios sprintf("%s\n    {\"what\": \"%s\", \"ratio\": %.3f, \"target\": \"%s %s\", \"met\": %s}", \
        ratios == "" ? "" : ",", title, value, least ? ">=" : "<=", least ? least : most, met ? "true" : "false")
}

END {
    # A kiwi-ng build of which only one part has been measured is none.
    key = "kiwi-ng" SUBSEP "cold"
    while (count[key] > 0 && parts[key, count[key]] < 2) count[key]--

    printf "%-34s %9s %11s %10s\n", "median of the samples (number)", "wall s", "processor s", "others"
    row("kiwi", "prepare", "Kiwi: prepare alone")
    row("kiwi", "cold", "Kiwi: cold build")
    row("kiwi", "unchanged", "Kiwi: unchanged rebuild")
    row("kiwi", "config", "Kiwi: config.sh changed")
    row("floor", "prepare", "floor: tree")
    row("floor", "build", "floor: ISO")
    row("kiwi-ng", "prepare", "kiwi-ng: prepare alone")
    row("kiwi-ng", "create", "kiwi-ng: create alone")
    row("kiwi-ng", "cold", "kiwi-ng: build (prepare + create)")
    print ""
    ng = median(wall, "kiwi-ng", "cold")
    ratio("kiwi-ng prepare / Kiwi prepare", median(wall, "kiwi-ng", "prepare"), median(wall, "kiwi", "prepare"), 5)
    ratio("kiwi-ng build / Kiwi cold build", ng, median(wall, "kiwi", "cold"), 7)
    ratio("kiwi-ng build / Kiwi unchanged rebuild", ng, median(wall, "kiwi", "unchanged"), 40)
    ratio("kiwi-ng build / Kiwi with config.sh changed", ng, median(wall, "kiwi", "config"), 12)
    ratio("Kiwi cold build / floor", median(wall, "kiwi", "cold"), median(wall, "floor", "build"), 0, 1.25)
    if (peak["kiwi"]) ratio("Kiwi's own peak memory, MiB", peak["kiwi"] / 1024, 1, 0, 200)
    if (peak["kiwi-ng"]) printf "kiwi-ng's own peak memory, MiB %27.2f\n", peak["kiwi-ng"] / 1024
    printf "{\n  \"medians\": [%s\n  ],\n  \"ratios\": [%s\n  ]\n}\n", rows, ratios >json
    if (check && missed) exit 1
}
