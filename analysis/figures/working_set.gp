# SPDX-License-Identifier: BSD-2-Clause
# What does a call cost a client with so many pages, the TLB misses afterwards included?
# Variables given on the command line: table, heading, conditions. The terminal and the output are set there, too.

set datafile separator ","
set datafile missing NaN
set key autotitle columnheader
set termoption noenhanced
set encoding utf8

set xlabel "pages that the client uses"
set ylabel "cycles of the call and of its misses"
set title heading font ",9"
set label 1 conditions at screen 0.02, screen 0.155 left font ",5.5" textcolor rgb "#767676"
set lmargin 9.5
set rmargin 2
set bmargin 8
set xtics (2, 8, 16, 24, 32, 48, 64)
set xrange [0:66]
set yrange [0:*]
set grid ytics linecolor rgb "#d0d0d0" linewidth 0.5
set border 3 linecolor rgb "#767676"
set tics nomirror
set key bottom left reverse Left samplen 3 spacing 1.1

# A row of the table that belongs to the curve of one variant in one kind of space; any other row is no point.
curve(variant, space) = (strcol("variant") eq variant && strcol("client_space") eq space) ? column("call_cycles") : NaN

plot table using (column("pages")):(curve("baseline", "large")) with linespoints dashtype 4 pointtype 5 pointsize 0.4 linecolor rgb "#cc79a7" title "baseline, large", \
     table using (column("pages")):(curve("liedtke", "large")) with linespoints dashtype 2 pointtype 9 pointsize 0.5 linecolor rgb "#d55e00" title "liedtke, large", \
     table using (column("pages")):(curve("liedtke93", "large")) with linespoints dashtype 1 pointtype 7 pointsize 0.4 linecolor rgb "#0072b2" title "liedtke93, large", \
     table using (column("pages")):(curve("liedtke", "small")) with linespoints dashtype 3 pointtype 4 pointsize 0.5 linecolor rgb "#009e73" title "liedtke, small"
