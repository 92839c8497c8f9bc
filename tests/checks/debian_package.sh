# SPDX-License-Identifier: MIT
# The .deb has headers, archives and packages under /usr, and documentation and copyright where Debian wants them.
# Usage: debian_package.sh SOURCE_DIRECTORY BUILD_DIRECTORY CPACK WORK
. "$(dirname -- "$0")/common.sh"
source_directory=$1
build=$2
cpack=$3
fresh_directory "$4"
"$cpack" --config "$build/CPackConfig.cmake" -G DEB -B packages >log 2>&1 || { cat log; fail "cpack"; }
deb=$(echo packages/libptk-dev_*.deb)
[ -f "$deb" ] || fail "no package libptk-dev"
dpkg-deb --extract "$deb" root
dpkg-deb --field "$deb" Package Version Architecture Depends Section
(cd root && find . -type f | sort) | tee files

doc=usr/share/doc/libptk-dev
cmp "$source_directory/LICENSE" root/$doc/copyright || fail "no copyright"
cmp "$source_directory/README.md" root/$doc/README.md || fail "no README"
for page in "$source_directory"/docs/*.md; do
    cmp "$page" "root/$doc/docs/$(basename "$page")" || fail "no $(basename "$page")"
done
diff -r -x build "$source_directory/examples" root/$doc/examples || fail "the examples differ"
for name in man3/ptk_timers.3 man3/ptk_timer_start.3 man7/ptk.7; do
    [ -f "root/usr/share/man/$name" ] || fail "no manual page $name"
done
for name in protocol_toolkit.h libptk.a ptk-config.cmake ptk.pc; do
    grep -q "^\./usr/.*/$name\$" files || fail "no $name"
done
if grep -v -e "^./usr/include/" -e "^./usr/lib" -e "^./usr/share/man/man[37]/" -e "^./$doc/" files; then
    fail "the files above are not where Debian wants them"
fi
if find root -type f ! -perm 644 ! -name '*.py'  | grep .; then
    fail "the files above have other permissions than 644"
fi
