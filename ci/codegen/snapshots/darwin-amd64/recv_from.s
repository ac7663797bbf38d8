; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    push rbp
    mov rbp, rsp
    push r14
    push rbx
    sub rsp, 96
    lea rax, [rbp - 48]
    and dword ptr [rax + 24], 0
    mov rbx, rdi
    and qword ptr [rax + 16], 0
    xorps xmm0, xmm0
    movaps xmmword ptr [rax], xmm0
    lea rdi, [rbp - 52]
    mov dword ptr [rdi], 64
    lea r8, [rbp - 112]
    mov qword ptr [r8], rdi
    mov qword ptr [r8 + 8], rax
    mov qword ptr [r8 + 16], 28
    lea r14, [rbp - 88]
    mov rdi, r14
    call FUNCTION
    cmp byte ptr [r14 + 25], 2
    mov rax, qword ptr [r14]
    jne .L1
    mov cl, 2
    jmp .L2
.L1:
    mov rsi, qword ptr [rbp - 72]
    mov cl, 2
    test rsi, rsi
    je .L3
    mov dl, byte ptr [rbp - 64]
    cmp rsi, 16
    je .L4
    cmp rsi, 28
    jne .L5
    mov di, 30
    jmp .L6
.L4:
    mov di, 2
.L6:
    movzx r8d, byte ptr [rbp - 47]
    cmp di, r8w
    jne .L5
    mov byte ptr [rbp - 48], sil
    mov ecx, dword ptr [rbp - 24]
    mov dword ptr [rbx + 32], ecx
    mov rcx, qword ptr [rbp - 40]
    mov rsi, qword ptr [rbp - 32]
    mov qword ptr [rbx + 24], rsi
    mov qword ptr [rbx + 16], rcx
    mov rcx, qword ptr [rbp - 48]
    mov qword ptr [rbx + 8], rcx
    mov ecx, edx
    jmp .L2
.L5:
    mov eax, 65580
    jmp .L2
.L3:
    mov eax, 65577
.L2:
    mov qword ptr [rbx], rax
    mov byte ptr [rbx + 36], cl
    mov rax, rbx
    add rsp, 96
    pop rbx
    pop r14
    pop rbp
    ret

; opt-level 3
    push rbp
    mov rbp, rsp
    push rbx
    sub rsp, 104
    mov rbx, rdi
    mov esi, dword ptr [rsi]
    xorps xmm0, xmm0
    movaps xmmword ptr [rbp - 48], xmm0
    mov dword ptr [rbp - 24], 0
    mov qword ptr [rbp - 32], 0
    mov dword ptr [rbp - 12], 64
    lea rax, [rbp - 12]
    mov qword ptr [rbp - 72], rax
    lea rax, [rbp - 48]
    mov qword ptr [rbp - 64], rax
    mov qword ptr [rbp - 56], 28
    lea rdi, [rbp - 104]
    lea r8, [rbp - 72]
    call FUNCTION
    cmp byte ptr [rbp - 79], 2
    mov rax, qword ptr [rbp - 104]
    jne .L1
    mov cl, 2
    jmp .L2
.L1:
    mov rsi, qword ptr [rbp - 88]
    mov cl, 2
    test rsi, rsi
    je .L3
    movzx edx, byte ptr [rbp - 80]
    cmp rsi, 16
    je .L4
    cmp rsi, 28
    jne .L5
    mov di, 30
    movzx r8d, byte ptr [rbp - 47]
    cmp di, r8w
    je .L6
.L5:
    mov eax, 65580
    jmp .L2
.L4:
    mov di, 2
    movzx r8d, byte ptr [rbp - 47]
    cmp di, r8w
    jne .L5
.L6:
    mov byte ptr [rbp - 48], sil
    mov ecx, dword ptr [rbp - 24]
    mov dword ptr [rbx + 32], ecx
    mov rcx, qword ptr [rbp - 40]
    mov rsi, qword ptr [rbp - 32]
    mov qword ptr [rbx + 24], rsi
    mov qword ptr [rbx + 16], rcx
    mov rcx, qword ptr [rbp - 48]
    mov qword ptr [rbx + 8], rcx
    mov ecx, edx
    jmp .L2
.L3:
    mov eax, 65577
.L2:
    mov qword ptr [rbx], rax
    mov byte ptr [rbx + 36], cl
    mov rax, rbx
    add rsp, 104
    pop rbx
    pop rbp
    ret
