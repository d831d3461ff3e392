#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Brings the Debian packages that building, running and testing need; `packages.sh paper` also those that typeset the paper.
# Installs as root, otherwise (or with NO_INSTALL=1) prints the line to type and exits 5.
set -eu

packages=(
    make gcc libc6-dev git util-linux
    gcc-i686-linux-gnu binutils-i686-linux-gnu libc6-dev-i386-cross ccache
    qemu-system-x86 qemu-user libcapstone-dev libpapi-dev
    python3 python3-numpy python3-scipy python3-matplotlib python3-pyelftools python3-jsonschema python3-jinja2
    python3-argcomplete gnuplot-nox fonts-dejavu-core
    python3-pytest python3-pytest-xdist mypy
    bochs bochsbios vgabios grub-common grub-pc-bin xorriso mtools
    clang-format clang-tidy cppcheck shellcheck
    chromium chromium-driver
)
if [ "${1:-}" = paper ]; then
    packages+=(texlive-latex-base texlive-latex-recommended texlive-fonts-recommended)
fi

missing=()
for package in "${packages[@]}"; do
    if ! dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q ' installed$'; then
        missing+=("$package")
    fi
done
if [ ${#missing[@]} -eq 0 ]; then
    exit 0
fi
if [ "${NO_INSTALL:-0}" = 1 ] || [ "$(id -u)" -ne 0 ]; then
    printf 'These Debian packages are missing; this brings them:\n  apt-get install --no-install-recommends %s\n' "${missing[*]}" >&2
    exit 5
fi
printf 'Installing %d Debian packages: %s\n' "${#missing[@]}" "${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
timeout 600 apt-get update -qq
timeout 1800 apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
