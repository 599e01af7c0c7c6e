# Totals and averages by department, sorted by hand.
{ sum[$2] += $3; n[$2]++; if ($4 > max[$2]) { max[$2] = $4; who[$2] = $1 } }
END {
    for (d in sum) names[++k] = d
    for (i = 1; i <= k; i++)
        for (j = i + 1; j <= k; j++)
            if (names[j] < names[i]) { t = names[i]; names[i] = names[j]; names[j] = t }
    for (i = 1; i <= k; i++) {
        d = names[i]
        printf "%-10s %2d %10.2f %9.3f %s\n", d, n[d], sum[d], sum[d] / n[d], who[d]
    }
}
