; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    push rbp
    push r15
    push r14
    push rbx
    mov rax, rsi
    mov rbx, rdi
    xorps xmm0, xmm0
    lea rsi, [rsp - 40]
    movups xmmword ptr [rsi + 12], xmm0
    movaps xmmword ptr [rsi], xmm0
    movsxd rdi, dword ptr [rax]
    not rdi
    lea r14, [rsp - 44]
    mov r15d, 65580
.L1:
    mov dword ptr [rsp - 44], 28
    mov eax, 541
    mov r10d, 805306368
    mov rdx, r14
    syscall
    setb bpl
    test bpl, bpl
    je .L2
    test rax, rax
    je .L3
    cmp rax, 65536
    cmovae rax, r15
    cmp rax, 4
    je .L1
    jmp .L4
.L2:
    not eax
    mov ecx, dword ptr [rsp - 44]
    cmp ecx, 16
    je .L5
    cmp ecx, 28
    jne .L6
    mov dx, 28
    jmp .L7
.L3:
    mov eax, 65580
.L4:
    mov qword ptr [rbx + 8], rax
    xor eax, eax
    jmp .L8
.L5:
    mov dx, 2
.L7:
    movzx edi, byte ptr [rsp - 39]
    cmp dx, di
    jne .L6
    mov byte ptr [rsp - 40], cl
    jmp .L9
.L6:
    xor esi, esi
.L9:
    or eax, -2147483648
    test rsi, rsi
    mov ecx, offset .L10
    cmovne rcx, rsi
    movups xmm0, xmmword ptr [rcx]
    movups xmm1, xmmword ptr [rcx + 12]
    movups xmmword ptr [rbx + 16], xmm1
    movups xmmword ptr [rbx + 4], xmm0
.L8:
    mov dword ptr [rbx], eax
    mov rax, rbx
    pop rbx
    pop r14
    pop r15
    pop rbp
    ret

; opt-level 3
    push rbp
    push r15
    push r14
    push rbx
    mov rbx, rdi
    movsxd rdi, dword ptr [rsi]
    xorps xmm0, xmm0
    movups xmmword ptr [rsp - 28], xmm0
    movaps xmmword ptr [rsp - 40], xmm0
    not rdi
    lea rsi, [rsp - 40]
    lea r14, [rsp - 44]
    mov r15d, 65580
.L1:
    mov dword ptr [rsp - 44], 28
    mov eax, 541
    mov r10d, 805306368
    mov rdx, r14
    syscall
    setb bpl
    test bpl, bpl
    je .L2
    cmp rax, 65536
    mov ecx, 65580
    cmovb rcx, rax
    test rax, rax
    cmove rcx, r15
    cmp rcx, 4
    je .L1
    mov qword ptr [rbx + 8], rcx
    xor eax, eax
    jmp .L3
.L2:
    not eax
    mov ecx, dword ptr [rsp - 44]
    cmp ecx, 16
    je .L4
    cmp ecx, 28
    jne .L5
    mov dx, 28
    movzx edi, byte ptr [rsp - 39]
    cmp dx, di
    jne .L5
.L6:
    mov byte ptr [rsp - 40], cl
    jmp .L7
.L4:
    mov dx, 2
    movzx edi, byte ptr [rsp - 39]
    cmp dx, di
    je .L6
.L5:
    xor esi, esi
.L7:
    or eax, -2147483648
    test rsi, rsi
    mov ecx, offset .L8
    cmovne rcx, rsi
    movups xmm0, xmmword ptr [rcx]
    movups xmm1, xmmword ptr [rcx + 12]
    movups xmmword ptr [rbx + 16], xmm1
    movups xmmword ptr [rbx + 4], xmm0
.L3:
    mov dword ptr [rbx], eax
    mov rax, rbx
    pop rbx
    pop r14
    pop r15
    pop rbp
    ret
