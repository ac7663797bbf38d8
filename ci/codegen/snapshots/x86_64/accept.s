; rustc 1.95.0, LLVM 22.1.2

; opt-level z
    mov rax, rsi
    mov r8, rdi
    movups xmm0, xmmword ptr [rip + .L1+12]
    lea rsi, [rsp - 40]
    movups xmmword ptr [rsi + 12], xmm0
    movups xmm0, xmmword ptr [rip + .L1]
    movaps xmmword ptr [rsi], xmm0
    lea rdx, [rsp - 48]
    movsxd rdi, dword ptr [rax]
    not rdi
    mov r10d, 526336
.L2:
    mov qword ptr [rsp - 64], rsi
    mov qword ptr [rsp - 56], 28
    mov dword ptr [rsp - 48], 28
    mov eax, 288
    syscall
    cmp rax, -4095
    jb .L3
    cmp rax, -4
    je .L2
    neg rax
    jmp .L4
.L3:
    test eax, eax
    mov edx, 65580
    cmovns edx, dword ptr [rsp - 48]
    mov ecx, -1
    cmovns ecx, eax
    js .L5
    mov eax, dword ptr [rsp - 40]
    mov rsi, qword ptr [rsp - 36]
    cmp ax, 10
    je .L6
    movzx edi, ax
    cmp edi, 2
    jne .L7
    movabs rdi, 16
    jmp .L8
.L5:
    movsxd rax, edx
.L4:
    mov qword ptr [r8 + 8], rax
    and dword ptr [r8], 0
    jmp .L9
.L6:
    movabs rdi, 28
.L8:
    cmp edi, edx
    jne .L7
    not ecx
    lea rdx, [rsp - 28]
    movups xmm0, xmmword ptr [rdx]
    movups xmmword ptr [r8 + 16], xmm0
    mov dword ptr [r8], ecx
    mov dword ptr [r8 + 4], eax
    mov qword ptr [r8 + 8], rsi
    jmp .L9
.L7:
    mov qword ptr [r8 + 8], 65580
    and dword ptr [r8], 0
    mov edi, ecx
    movabs rax, 3
    syscall
.L9:
    mov rax, r8
    ret

; opt-level 3
    mov r8, rdi
    movsxd rdi, dword ptr [rsi]
    movups xmm0, xmmword ptr [rip + .L1+12]
    movups xmmword ptr [rsp - 44], xmm0
    movups xmm0, xmmword ptr [rip + .L1]
    movaps xmmword ptr [rsp - 56], xmm0
    lea rdx, [rsp - 8]
    not rdi
    lea rsi, [rsp - 56]
    mov r10d, 526336
.L2:
    mov qword ptr [rsp - 24], rsi
    mov qword ptr [rsp - 16], 28
    mov dword ptr [rsp - 8], 28
    mov eax, 288
    syscall
    cmp rax, -4095
    jb .L3
    cmp rax, -4
    je .L2
    neg rax
    mov qword ptr [r8 + 8], rax
    mov dword ptr [r8], 0
    mov rax, r8
    ret
.L3:
    test eax, eax
    mov ecx, -1
    cmovns ecx, eax
    mov esi, 65580
    cmovns esi, dword ptr [rsp - 8]
    js .L4
    mov eax, dword ptr [rsp - 56]
    mov rdx, qword ptr [rsp - 52]
    cmp ax, 2
    je .L5
    movzx edi, ax
    cmp edi, 10
    jne .L6
    mov edi, 28
    jmp .L7
.L4:
    movsxd rax, esi
    mov qword ptr [r8 + 8], rax
    mov dword ptr [r8], 0
    mov rax, r8
    ret
.L5:
    mov edi, 16
.L7:
    cmp edi, esi
    jne .L6
    not ecx
    lea rsi, [rsp - 44]
    movups xmm0, xmmword ptr [rsi]
    movups xmmword ptr [r8 + 16], xmm0
    mov dword ptr [r8], ecx
    mov dword ptr [r8 + 4], eax
    mov qword ptr [r8 + 8], rdx
    mov rax, r8
    ret
.L6:
    mov qword ptr [r8 + 8], 65580
    mov dword ptr [r8], 0
    mov edi, ecx
    mov eax, 3
    syscall
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
