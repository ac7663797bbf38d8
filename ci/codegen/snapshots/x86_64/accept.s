; rustc 1.95.0, LLVM 22.1.2

; opt-level z
    mov rax, rsi
    mov r8, rdi
    xorps xmm0, xmm0
    lea rsi, [rsp - 40]
    movups xmmword ptr [rsi + 12], xmm0
    movaps xmmword ptr [rsi], xmm0
    movsxd rdi, dword ptr [rax]
    not rdi
    lea rdx, [rsp - 44]
    mov r10d, 526336
.L1:
    mov dword ptr [rsp - 44], 28
    mov eax, 288
    syscall
    cmp rax, -4
    je .L1
    cmp rax, -4095
    jae .L2
    mov ecx, dword ptr [rsp - 44]
    not eax
    cmp ecx, 16
    je .L3
    cmp ecx, 28
    jne .L4
    mov dx, 10
    jmp .L5
.L2:
    neg rax
    mov qword ptr [r8 + 8], rax
    xor eax, eax
    jmp .L6
.L3:
    mov dx, 2
.L5:
    xor ecx, ecx
    cmp word ptr [rsp - 40], dx
    cmove rcx, rsi
    jmp .L7
.L4:
    xor ecx, ecx
.L7:
    or eax, -2147483648
    test rcx, rcx
    mov edx, offset .L8
    cmovne rdx, rcx
    movups xmm0, xmmword ptr [rdx]
    movups xmm1, xmmword ptr [rdx + 12]
    movups xmmword ptr [r8 + 16], xmm1
    movups xmmword ptr [r8 + 4], xmm0
.L6:
    mov dword ptr [r8], eax
    mov rax, r8
    ret

; opt-level 3
    mov r8, rdi
    movsxd rdi, dword ptr [rsi]
    xorps xmm0, xmm0
    movups xmmword ptr [rsp - 28], xmm0
    movaps xmmword ptr [rsp - 40], xmm0
    not rdi
    lea rsi, [rsp - 40]
    lea rdx, [rsp - 44]
    mov r10d, 526336
.L1:
    mov dword ptr [rsp - 44], 28
    mov eax, 288
    syscall
    cmp rax, -4095
    jb .L2
    cmp rax, -4
    je .L1
    neg rax
    mov qword ptr [r8 + 8], rax
    xor eax, eax
    mov dword ptr [r8], eax
    mov rax, r8
    ret
.L2:
    not eax
    mov ecx, dword ptr [rsp - 44]
    cmp ecx, 16
    je .L3
    cmp ecx, 28
    jne .L4
    mov dx, 10
    jmp .L5
.L3:
    mov dx, 2
.L5:
    xor ecx, ecx
    cmp word ptr [rsp - 40], dx
    cmove rcx, rsi
    jmp .L6
.L4:
    xor ecx, ecx
.L6:
    or eax, -2147483648
    test rcx, rcx
    mov edx, offset .L7
    cmovne rdx, rcx
    movups xmm0, xmmword ptr [rdx]
    movups xmm1, xmmword ptr [rdx + 12]
    movups xmmword ptr [r8 + 16], xmm1
    movups xmmword ptr [r8 + 4], xmm0
    mov dword ptr [r8], eax
    mov rax, r8
    ret

; by hand
    mov rdx, rdi
    mov edi, dword ptr [rsi]
    not edi
    lea rsi, [rdx + 4]
    mov r10d, 526336
    mov dword ptr [rdx], 28
.L1:
    mov eax, 288
    syscall
    cmp rax, -4
    je .L1
    cmp rax, -4095
    jae .L2
    mov ecx, dword ptr [rdx]
    shl ecx, 16
    mov cx, word ptr [rsi]
    not eax
    mov dword ptr [rdx], eax
    cmp ecx, 1048578
    je .L3
    cmp ecx, 1835018
    je .L3
    xorps xmm0, xmm0
    movups xmmword ptr [rsi], xmm0
    movups xmmword ptr [rsi + 12], xmm0
    mov byte ptr [rsi], 10
.L3:
    mov rax, rdx
    ret
.L2:
    neg rax
    mov qword ptr [rdx + 8], rax
    and dword ptr [rdx], 0
    jmp .L3
