# SPDX-License-Identifier: BSD-2-Clause
# What does a short IPC cost among many other threads: with timeouts, ready, or existing?
# Variables given on the command line: table, heading, conditions. The terminal and the output are set there, too.

set datafile separator ","
set datafile missing NaN
set key autotitle columnheader
set termoption noenhanced
set encoding utf8

set xlabel "other threads (0 drawn at 1)"
set ylabel "cycles, one way"
set title heading font ",9"
set label 1 conditions at screen 0.02, screen 0.115 left font ",5.5" textcolor rgb "#767676"
set lmargin 9.5
set rmargin 2
set bmargin 6.8
set logscale x
set xtics (1, 10, 100, 1000, "10 000" 10000)
set xrange [0.8:13000]
set yrange [0:*]
set grid ytics linecolor rgb "#d0d0d0" linewidth 0.5
set border 3 linecolor rgb "#767676"
set tics nomirror
set key bottom left reverse Left samplen 2.5 spacing 1 font ",6"

# A row of the table that belongs to one curve; any other row is no point. A logarithmic axis has no 0.
crowd(name, variant, receive) = (strcol("benchmark") eq name && strcol("variant") eq variant && strcol("receive") eq receive) ? column("one_way_cycles") : NaN
others(unused) = column("others") < 1 ? 1 : column("others")

plot table using (others(0)):(crowd("timeouts", "liedtke93", "finite")) with linespoints dashtype 2 pointtype 8 pointsize 0.6 linecolor rgb "#d55e00" title "liedtke93: timeouts, its own too", \
     table using (others(0)):(crowd("timeouts", "liedtke93", "endless")) with linespoints dashtype 1 pointtype 9 pointsize 0.5 linecolor rgb "#0072b2" title "liedtke93: timeouts", \
     table using (others(0)):(crowd("ready_queue", "liedtke93", "endless")) with linespoints dashtype 1 pointtype 6 pointsize 0.8 linecolor rgb "#0072b2" title "liedtke93: ready", \
     table using (others(0)):(crowd("existing_threads", "liedtke93", "endless")) with linespoints dashtype 1 pointtype 2 pointsize 0.7 linecolor rgb "#0072b2" title "liedtke93: existing", \
     table using (others(0)):(crowd("ready_queue", "baseline", "endless")) with linespoints dashtype 4 pointtype 6 pointsize 0.8 linecolor rgb "#cc79a7" title "baseline: ready", \
     table using (others(0)):(crowd("existing_threads", "baseline", "endless")) with linespoints dashtype 4 pointtype 2 pointsize 0.7 linecolor rgb "#cc79a7" title "baseline: existing"
