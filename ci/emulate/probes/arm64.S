// What each kernel leaves behind a system call on arm64, as programs see it. The exit status is 0, or the number of the
// first check that fails. FREEBSD or DARWIN is defined.
#ifdef FREEBSD
#define NUMBER x8
#define TRAP svc #0
#define ENTRY _start
#else
#define NUMBER x16
#define TRAP svc #0x80
#define ENTRY _main
#endif
#define EXIT 1
#define CLOSE 6
#define GETPID 20
#define EBADF 9

.macro unless number, condition
    b.\condition 9f
    mov x0, #\number
    b fail
9:
.endm

.macro same number, register, value
    cmp \register, #\value
    unless \number, eq
.endm

    .globl ENTRY
    .p2align 2
ENTRY:
#ifdef FREEBSD
    // The arguments are at x0, and that is not sp.
    mov x9, sp
    cmp x0, x9
    unless 1, ne
    tst x9, #15
    unless 2, eq
#endif
    mov x1, #0x111
    mov x2, #0x222
    mov x7, #0x333
    mov x9, #0x444
    mov x15, #0x555
    mov x17, #0x666
    mov x19, #0x777
    mov NUMBER, #GETPID
    // Sets the carry flag, which success clears.
    cmp x9, x9
    TRAP
    unless 3, cc
    cmp x0, #0
    unless 4, gt
    same 5, x1, 0
    same 6, x2, 0x222
    same 7, x7, 0x333
    same 8, x9, 0x444
    same 9, x15, 0x555
    same 10, x17, 0x666
    same 11, x19, 0x777
    mov x0, #-1
    mov x1, #0x111
    mov NUMBER, #CLOSE
    cmn x9, #0
    TRAP
    unless 12, cs
    same 13, x0, EBADF
#ifdef FREEBSD
    same 14, x1, 0x111
#else
    same 14, x1, 0
#endif
    // Of the other flags nothing is promised: over many calls each is seen both ways.
    mov x20, #0
    mov x21, #0
    mov x22, #200
1:
    mov NUMBER, #GETPID
    TRAP
    mrs x9, nzcv
    orr x20, x20, x9
    mvn x9, x9
    orr x21, x21, x9
    subs x22, x22, #1
    b.ne 1b
    mov x9, #0xc0000000
    bics xzr, x9, x20
    unless 15, eq
    bics xzr, x9, x21
    unless 16, eq
    mov x0, #0
fail:
    mov NUMBER, #EXIT
    TRAP
    brk #0

#ifdef FREEBSD
    .section .note.tag, "a", @note
    .p2align 2
    .long 8, 4, 1
    .asciz "FreeBSD"
    .long 1500000
#endif
