// What each kernel leaves behind a system call on amd64, as programs see it. The exit status is 0, or the number of the
// first check that fails. FREEBSD or DARWIN is defined.
#ifdef FREEBSD
#define CALL(number) number
#define ENTRY _start
#else
#define CALL(number) 0x2000000 + number
#define ENTRY _main
#endif
#define EXIT 1
#define CLOSE 6
#define GETPID 20
#define EBADF 9

#define CHECK(n, condition) movl $n, %edi; condition fail

    .globl ENTRY
ENTRY:
    movq $0x1111, %rbx
    movq $0x2222, %rbp
    movq $0x3333, %rsi
    movq $0x4444, %rdi
    movq $0x5555, %rdx
    movq $0x6666, %r8
    movq $0x7777, %r9
    movq $0x8888, %r10
    movq $0x9999, %r12
    movq $0xaaaa, %r15
    movl $CALL(GETPID), %eax
    stc
    syscall
after:
    // Success clears the carry flag, which was set.
    CHECK(1, jc)
    testl %eax, %eax
    CHECK(2, jle)
    leaq after(%rip), %rax
    cmpq %rax, %rcx
    CHECK(3, jne)
    testq $0x2, %r11
    CHECK(4, jz)
#ifdef FREEBSD
    orq %r8, %r9
    orq %r9, %r10
    CHECK(5, jnz)
    cmpq $0x5555, %rdx
    CHECK(6, jne)
#else
    cmpq $0x6666, %r8
    CHECK(5, jne)
    testq %rdx, %rdx
    CHECK(6, jnz)
    cmpq $0x8888, %r10
    CHECK(7, jne)
#endif
    cmpq $0x1111, %rbx
    CHECK(8, jne)
    cmpq $0x2222, %rbp
    CHECK(9, jne)
    cmpq $0x3333, %rsi
    CHECK(10, jne)
    cmpq $0x9999, %r12
    CHECK(11, jne)
    cmpq $0xaaaa, %r15
    CHECK(12, jne)
    // An error sets it, and leaves rdx alone.
    movq $-1, %rdi
    movq $0x5555, %rdx
    movl $CALL(CLOSE), %eax
    clc
    syscall
    CHECK(13, jnc)
    cmpq $EBADF, %rax
    CHECK(14, jne)
    cmpq $0x5555, %rdx
    CHECK(15, jne)
    // Of the other flags nothing is promised: over many calls each is seen both ways.
    xorl %ebx, %ebx
    xorl %ebp, %ebp
    movl $200, %r12d
1:
    movl $CALL(GETPID), %eax
    syscall
    pushfq
    popq %rax
    orq %rax, %rbx
    notq %rax
    orq %rax, %rbp
    decl %r12d
    jnz 1b
    andl $0xc0, %ebx
    cmpl $0xc0, %ebx
    CHECK(16, jne)
    andl $0xc0, %ebp
    cmpl $0xc0, %ebp
    CHECK(17, jne)
    xorl %edi, %edi
fail:
    movl $CALL(EXIT), %eax
    syscall
    ud2

#ifdef FREEBSD
    .section .note.tag, "a", @note
    .p2align 2
    .long 8, 4, 1
    .asciz "FreeBSD"
    .long 1500000
#endif
