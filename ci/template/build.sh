#!/bin/sh
# Builds the program for Linux on each ARCH, runs it there and tries it out.
#
#   ./build.sh [ARCH…]      x86_64 aarch64 riscv64 loongarch64; all four if none is named
#
# It needs Rust 1.95 or newer and, for another processor than this one, qemu-ARCH (package qemu-user).
# The flags are in .cargo/config.toml. Of the environment, it minds what its tools mind:
#
#   CARGO_TARGET_DIR         where to build; `target` without it
#   CARGO_NET_OFFLINE=true   build without the network
#   RUSTUP_TOOLCHAIN=NAME    which of rustup's toolchains to build with
#   RUSTC_BOOTSTRAP=1        where the library `core` of a target is missing, build it from the toolchain's
#                            sources instead of installing it (rustup target add)
#   PATH                     where qemu-ARCH is, and rust-lld if the toolchain brings none

complain() {
    echo "build.sh: $*" >&2
    return 1
}

# need_machine ARCH: sets `run` to what runs its programs here, which is nothing or an emulator.
need_machine() {
    run=
    [ "$(uname -s) $(uname -m)" = "Linux $1" ] ||
        run=$(command -v "qemu-$1" || command -v "qemu-$1-static") ||
        complain "neither qemu-$1 nor qemu-$1-static is on PATH: install qemu-user"
}

# need_library TARGET: sets `from_source` to what makes cargo build it, if it is not installed.
need_library() {
    from_source=
    library=$(rustc --print target-libdir --target "$1") || return
    if [ -d "$library" ]; then
        :
    elif [ "$RUSTC_BOOTSTRAP" = 1 ]; then
        from_source=-Zbuild-std=core,compiler_builtins
        [ -d "$(rustc --print sysroot)/lib/rustlib/src/rust/library/core" ] ||
            complain "this toolchain has no sources of core: rustup component add rust-src"
    else
        rustup target add "$1" ||
            complain "no library core for $1; it can be built from source, see RUSTC_BOOTSTRAP in build.sh"
    fi
}

# expect STATUS TEXT COMMAND…: runs the command, which has to end with that status, and to print that.
expect() {
    wanted="$1, '$2'"
    shift 2
    text=$("$@" 2>&1)
    got="$?, '$text'"
    [ "$got" = "$wanted" ] || complain "$*: wanted $wanted, got $got"
}

# try COMMAND…: starts a server, lets clients ask it, and stops it.
try() {
    rm -f "$pipe"
    mkfifo "$pipe" || return
    "$@" serve 127.0.0.1:0 >"$pipe" &
    server=$!
    read -r listening addr <"$pipe"
    rm -f "$pipe"
    { [ "$listening" = listening ] || complain "$*: does not listen"; } &&
        expect 0 "hello" "$@" ask "$addr" &&
        expect 0 "hello" "$@" ask "$addr" &&
        expect 1 "hello: address already in use (EADDRINUSE, os error 98)" "$@" serve "$addr"
    status=$?
    kill "$server" 2>/dev/null
    wait "$server" 2>/dev/null
    [ $status = 0 ] &&
        expect 1 "hello: connection refused (ECONNREFUSED, os error 111)" "$@" ask "$addr" &&
        expect 2 "usage: hello serve|ask ADDRESS:PORT" "$@" ask
}

cd "$(dirname "$0")" || exit
folder=${CARGO_TARGET_DIR:-target}
# These would take the place of the flags in .cargo/config.toml.
unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS
[ $# -gt 0 ] || set -- x86_64 aarch64 riscv64 loongarch64
table=
failed=0
for arch; do
    case $arch in
        x86_64 | aarch64 | loongarch64) target=$arch-unknown-linux-musl ;;
        riscv64) target=riscv64gc-unknown-linux-musl ;;
        *) complain "there is no '$arch'; usage: build.sh [x86_64|aarch64|riscv64|loongarch64]…" || exit 2 ;;
    esac
    program=$folder/$target/release/hello
    pipe=$program.pipe
    echo "== $arch"
    # A minute is ample for anything that the program does here, also under emulation.
    if need_machine "$arch" && need_library "$target" &&
        cargo build --release --target "$target" --target-dir "$folder" ${from_source:+"$from_source"} &&
        try timeout 60 ${run:+"$run"} "$program"; then
        size=$(($(wc -c <"$program")))
    else
        size=FAILED
        failed=1
    fi
    table=$table$(printf '%-12s %8s' "$arch" "$size")'
'
done
printf '\n%-12s %8s\n%s' 'runs on' bytes "$table"
exit $failed
