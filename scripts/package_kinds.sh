# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2154
# The kinds of packages that scripts/package makes; sourced after common.sh. POSIX shell. Each function puts files into
# $output, and works in a directory of its own in $work, where $work/ptk-<version> is what is packed.

quiet() {
    printf '$ %s\n' "$*"
    "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "$*"; }
}

# source_commit: a commit of what is packed, with the time SOURCE_DATE_EPOCH.
source_commit() {
    if [ -z "$changes" ] && [ "$SOURCE_DATE_EPOCH" = "$(git log -1 --format=%ct)" ]; then
        git rev-parse HEAD
        return
    fi
    (
        GIT_INDEX_FILE=$work/index
        GIT_AUTHOR_DATE="$SOURCE_DATE_EPOCH +0000"
        GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE
        export GIT_INDEX_FILE GIT_AUTHOR_DATE GIT_COMMITTER_DATE
        git read-tree HEAD
        git add -A
        git -c user.name=package -c user.email=package@localhost commit-tree -m 'What is packed' "$(git write-tree)"
    )
}

# fixed_directory NAME: a directory that has the same path for everyone: rpm writes the path into what it builds, makepkg
# into .BUILDINFO. $fixed is what scripts/package removes.
fixed_directory() {
    mkdir "/tmp/ptk-package-$1" || fail "/tmp/ptk-package-$1 exists: another scripts/package runs, or was killed; then remove it"
    fixed="$fixed /tmp/ptk-package-$1"
}

make_source() {
    say "Source"
    need cmake:cmake gcc:gcc libc6-dev gzip:gzip
    commit=$(source_commit)
    name=ptk-$version
    source_archive=$output/$name.tar.gz
    git -c tar.umask=022 archive --format=tar --prefix="$name/" "$commit" >"$work/$name.tar"
    gzip -9n <"$work/$name.tar" >"$source_archive"
    tar -xf "$work/$name.tar" -C "$work"
}

# An installed tree as .tar.gz and .zip: archive_tree NAME, of $work/NAME.
archive_tree() {
    find "$work/$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
    tar --sort=name --owner=0 --group=0 --numeric-owner --format=gnu -C "$work" -cf - "$1" | gzip -9n >"$output/$1.tar.gz"
}

make_deb() {
    say "Debian packages"
    need dpkg-buildpackage:dpkg-dev dh:debhelper lintian:lintian fakeroot:fakeroot
    mkdir "$work/deb"
    cp "$source_archive" "$work/deb/ptk_$version.orig.tar.gz"
    cp -R "$work/$name" "$work/deb/$name"
    cp -R "$work/$name/packaging/debian" "$work/deb/$name/debian"
    (cd "$work/deb/$name" && quiet dpkg-buildpackage --no-sign --build=full)
    for file in "$work"/deb/*.deb "$work"/deb/*.dsc "$work"/deb/*.debian.tar.* "$work"/deb/*.orig.tar.gz; do
        cp "$file" "$output"
    done
    # bookworm's lintian knows no newer standards version, and a package that is not in Debian closes no bug there.
    show lintian --fail-on error,warning --suppress-tags initial-upload-closes-no-bugs,newer-standards-version \
        "$work"/deb/*.changes || fail "lintian"
}

make_rpm() {
    say "RPM packages"
    need rpmbuild:rpm rpmlint:rpmlint
    fixed_directory rpm
    top=/tmp/ptk-package-rpm
    mkdir "$top/SOURCES"
    install -m 644 "$work/$name/packaging/rpm/ptk.spec" "$top"
    cp "$source_archive" "$top/SOURCES"
    # Here the tools that the package needs are not packages of rpm's.
    quiet rpmbuild -ba --nodeps --define "_topdir $top" --define "_lib lib64" --define '_buildhost ptk' \
        --define 'use_source_date_epoch_as_buildtime 1' --define 'clamp_mtime_to_source_date_epoch 1' \
        --define "_licensedir /usr/share/licenses" "$top/ptk.spec"
    find "$top/RPMS" "$top/SRPMS" -name '*.rpm' -exec cp {} "$output" \;
    quiet rpmlint -c "$work/$name/packaging/rpm/rpmlint.toml" "$work/$name/packaging/rpm/ptk.spec" "$output"/*.rpm
    cat "$work/log"
    grep -q ' 0 errors, 0 warnings' "$work/log" || fail "rpmlint"
}

make_arch() {
    say "Arch package"
    need makepkg:makepkg bsdtar:libarchive-tools fakeroot:fakeroot zstd:zstd
    fixed_directory arch
    arch=/tmp/ptk-package-arch
    sum=$(sha256sum "$source_archive" | cut -d ' ' -f 1)
    sed "s/'SKIP').*/'$sum')/" "$work/$name/packaging/arch/PKGBUILD" >"$arch/PKGBUILD"
    cp "$source_archive" "$arch"
    as_user=''
    if [ "$(id -u)" = 0 ]; then
        chown -R nobody "$arch"
        as_user='setpriv --reuid=nobody --regid=nogroup --clear-groups env -u CMAKE_C_COMPILER_LAUNCHER HOME=/nonexistent'
    fi
    # shellcheck disable=SC2086
    (cd "$arch" && quiet $as_user env PKGEXT=.pkg.tar.zst PACKAGER='Protocol Toolkit authors <ptk@protocol-toolkit.example>' makepkg --nodeps --noconfirm)
    cp "$arch"/*.pkg.tar.zst "$output"
    cp "$arch/PKGBUILD" "$output/PKGBUILD"
}

# What those have who have only CMake: .tar.gz, .deb and .rpm of cpack.
make_cpack() {
    say "Packages of CMake"
    need rpmbuild:rpm rpmlint:rpmlint dpkg-deb:dpkg
    quiet cmake -S "$work/$name" -B "$work/cpack" -DCMAKE_BUILD_TYPE=MinSizeRel -DPTK_BUILD_TESTS=OFF -DPTK_BUILD_EXAMPLES=OFF \
        -DPTK_LTO=OFF -DCMAKE_INSTALL_LIBDIR=lib -DPTK_COMPRESS_MAN=ON "-DCMAKE_C_FLAGS=-ffile-prefix-map=$work=."
    quiet cmake --build "$work/cpack" --parallel "$(nproc)"
    mkdir "$output/cpack"
    quiet cmake --install "$work/cpack" --prefix "$work/ptk-$version-linux-$(uname -m)"
    archive_tree "ptk-$version-linux-$(uname -m)"
    for generator in DEB RPM; do
        case $generator in DEB) libdir=lib/$(gcc -print-multiarch) ;; *) libdir=lib64 ;; esac
        quiet cmake -S "$work/$name" -B "$work/cpack" -DCMAKE_INSTALL_PREFIX=/usr "-DCMAKE_INSTALL_LIBDIR=$libdir"
        quiet cmake --build "$work/cpack" --parallel "$(nproc)"
        find "$work/cpack" "$work/$name" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
        (cd "$work/cpack" && quiet cpack -G $generator -B "$work/cpack-packages" \
            -D 'CPACK_RPM_SPEC_MORE_DEFINE=%define _buildhost ptk
%define use_source_date_epoch_as_buildtime 1
%define clamp_mtime_to_source_date_epoch 1')
    done
    # It is rpmlint's, as for the other; a .deb without a changelog of Debian's is not lintian's.
    quiet rpmlint -c "$work/$name/packaging/rpm/rpmlint.toml" "$work"/cpack-packages/*.rpm
    grep -q ' 0 errors, 0 warnings' "$work/log" || { cat "$work/log" >&2; fail "rpmlint"; }
    cp "$work"/cpack-packages/*.deb "$work"/cpack-packages/*.rpm "$output/cpack"
}

make_windows() {
    say "Windows: .zip and .msi"
    need x86_64-w64-mingw32-gcc:gcc-mingw-w64-x86-64 wixl:wixl faketime:faketime msiinfo:msitools zip:zip
    tree=ptk-$version-windows-x86_64
    quiet cmake -S "$work/$name" -B "$work/windows" "-DCMAKE_TOOLCHAIN_FILE=$work/$name/cmake/toolchains/mingw.cmake" \
        -DCMAKE_BUILD_TYPE=MinSizeRel -DPTK_BUILD_TESTS=OFF -DPTK_BUILD_EXAMPLES=OFF \
        -DPTK_LTO=OFF "-DCMAKE_C_FLAGS=-ffile-prefix-map=$work=."
    quiet cmake --build "$work/windows" --parallel "$(nproc)"
    quiet cmake --install "$work/windows" --prefix "$work/$tree"
    find "$work/$tree" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
    (cd "$work" && find "$tree" | sort | zip -Xq9 "$output/$tree.zip" -@)
    "$work/$name/scripts/make-wxs" "$version" "$work/$tree" >"$work/ptk.wxs"
    (cd "$work" && quiet faketime -f "$(date -u -d "@$SOURCE_DATE_EPOCH" '+%Y-%m-%d %H:%M:%S')" \
        wixl --arch x64 -o "$output/$tree.msi" ptk.wxs)
    # wixl makes the package code at random; that of the source comes from the version.
    drawn=$(msiinfo suminfo "$output/$tree.msi" | sed -n 's/.*UUID): *{\([^}]*\)}.*/\1/p')
    wanted=$(sed -n 's/.*<Package Id="\([^"]*\)".*/\1/p' "$work/ptk.wxs")
    [ ${#drawn} = 36 ] && [ ${#wanted} = 36 ] || fail "package code \"$drawn\", \"$wanted\""
    LC_ALL=C sed -i "s/$drawn/$wanted/" "$output/$tree.msi"
}

# Zephyr and NuttX take the library as a module or application, and the simulation is for tests.
make_two_files() {
    say "Two files"
    for platform in linux macos bsd windows posix; do
        quiet "$work/$name/scripts/amalgamate" $platform "$output/two-files/$platform"
    done
    for network in none lwip plus_tcp; do
        quiet "$work/$name/scripts/amalgamate" freertos "$output/two-files/freertos-$network" \
            -DPTK_FREERTOS_NETWORK=$network
    done
}
