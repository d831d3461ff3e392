# SPDX-License-Identifier: BSD-2-Clause
# How does the time of one IPC grow with the message, for liedtke93 and baseline, beside the published L3 and Mach points?
# Variables given on the command line: table, literature, heading, conditions. The terminal and the output are set there, too.

set datafile separator ","
set datafile missing NaN
set key autotitle columnheader
set termoption noenhanced
set encoding utf8

set logscale xy
set xlabel "message, bytes"
set ylabel "µs, one way, at 50 MHz"
set title heading font ",11"
set label 1 conditions at screen 0.02, screen 0.1 left font ",7" textcolor rgb "#767676"
set lmargin 11
set rmargin 3
set bmargin 7
set xtics ("8" 8, "32" 32, "128" 128, "512" 512, "2 K" 2048, "4 K" 4096, "16 K" 16384, "64 K" 65536)
set xrange [6:90000]
set yrange [2:*]
set grid xtics ytics linecolor rgb "#d0d0d0" linewidth 0.5
set border 3 linecolor rgb "#767676"
set tics nomirror
set key top left reverse Left samplen 2 spacing 1.15

# ours: a row of the table that belongs to the curve of one variant. published: a row of the literature that is read again (hollow = 0) or
# recalled (hollow = 1). Any other row is no point.
recalled(confidence) = (confidence eq "memory" || confidence eq "unsure")
ours(variant) = (strcol("variant") eq variant && strcol("tasks") eq "two" && strcol("temperature") eq "warm") ? column("one_way_microseconds") : NaN
published(system, hollow) = (strcol("system") eq system && strcol("unit") eq "microseconds" && recalled(strcol("confidence")) == hollow) ? column("value") : NaN

plot table using (column("bytes")):(ours("baseline")) with linespoints linewidth 1.6 pointtype 5 pointsize 0.6 linecolor rgb "#cc79a7" title "baseline (modelled)", \
     table using (column("bytes")):(ours("liedtke93")) with linespoints linewidth 1.6 pointtype 7 pointsize 0.7 linecolor rgb "#0072b2" title "liedtke93 (modelled)", \
     literature using (column("bytes")):(published("Mach", 0)) with points pointtype 9 pointsize 1.2 linecolor rgb "#222222" title "Mach, 1993 (published)", \
     literature using (column("bytes")):(published("Mach", 1)) with points pointtype 8 pointsize 1.2 linecolor rgb "#222222" title "Mach, 1993 (recalled)", \
     literature using (column("bytes")):(published("L3", 0)) with points pointtype 13 pointsize 1.2 linecolor rgb "#222222" title "L3, 1993 (published)", \
     literature using (column("bytes")):(published("L3", 1)) with points pointtype 12 pointsize 1.2 linecolor rgb "#222222" title "L3, 1993 (recalled)"
