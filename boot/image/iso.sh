#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Makes a bootable CD image of one benchmark for a PC with a BIOS: iso.sh BUILD_FOLDER BENCHMARK CASES CLOCK OUT.
# GRUB starts it without a menu; the log goes to the first serial port, 115200 baud.
set -eu
folder=$1 benchmark=$2 cases=$3 clock=$4 out=$5

for tool in grub-mkrescue:grub-common xorriso:xorriso mformat:mtools; do
    if ! command -v "${tool%:*}" > /dev/null; then
        echo "${tool%:*} is missing: apt-get install grub-common grub-pc-bin xorriso mtools" >&2
        exit 5
    fi
done
if [ ! -f "$folder/$benchmark.elf" ]; then
    echo "there is no benchmark '$benchmark'; ./l4lab list benchmarks names them" >&2
    exit 2
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
disc=$scratch/disc
mkdir -p "$disc/boot/grub" "$(dirname "$out")"
cp "$folder/kernel.elf" "$folder/sigma0.elf" "$folder/$benchmark.elf" "$disc/boot/"
# GRUB drops a module's file name from its command line, so the name is given twice.
cat > "$disc/boot/grub/grub.cfg" << END
multiboot /boot/kernel.elf
module /boot/sigma0.elf sigma0.elf
module /boot/$benchmark.elf $benchmark.elf clock=$clock cases=$cases
boot
END
# The log lies beside the disc: within it, xorriso would refuse a file that grows while it is read.
timeout 120 grub-mkrescue -o "$out.new" "$disc" > "$scratch/log" 2>&1 || { cat "$scratch/log" >&2; exit 3; }
mv "$out.new" "$out"
echo "$out"
