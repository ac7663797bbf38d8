; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    push r14
    push rbx
    sub rsp, 88
    mov rbx, rdi
    xorps xmm0, xmm0
    mov rax, rsp
    movups xmmword ptr [rax + 12], xmm0
    movaps xmmword ptr [rax], xmm0
    lea rdi, [rsp + 28]
    mov dword ptr [rdi], 64
    lea r8, [rsp + 64]
    mov qword ptr [r8], rdi
    mov qword ptr [r8 + 8], rax
    mov qword ptr [r8 + 16], 28
    lea r14, [rsp + 32]
    mov rdi, r14
    call FUNCTION
    cmp byte ptr [r14 + 25], 2
    mov rax, qword ptr [r14]
    jne .L1
    mov cl, 2
    jmp .L2
.L1:
    mov rsi, qword ptr [rsp + 48]
    mov cl, 2
    test rsi, rsi
    je .L3
    mov dl, byte ptr [rsp + 56]
    cmp rsi, 16
    je .L4
    cmp rsi, 28
    jne .L5
    mov di, 28
    jmp .L6
.L4:
    mov di, 2
.L6:
    movzx r8d, byte ptr [rsp + 1]
    cmp di, r8w
    jne .L5
    mov byte ptr [rsp], sil
    movups xmm0, xmmword ptr [rsp + 12]
    movups xmmword ptr [rbx + 20], xmm0
    mov cl, byte ptr [rsp]
    mov byte ptr [rbx + 8], cl
    mov rcx, qword ptr [rsp + 1]
    mov qword ptr [rbx + 9], rcx
    mov ecx, dword ptr [rsp + 9]
    mov dword ptr [rbx + 17], ecx
    movzx ecx, word ptr [rsp + 13]
    mov word ptr [rbx + 21], cx
    mov cl, byte ptr [rsp + 15]
    mov byte ptr [rbx + 23], cl
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
    add rsp, 88
    pop rbx
    pop r14
    ret

; opt-level 3
    push rbx
    sub rsp, 112
    mov rbx, rdi
    mov esi, dword ptr [rsi]
    xorps xmm0, xmm0
    movups xmmword ptr [rsp + 28], xmm0
    movaps xmmword ptr [rsp + 16], xmm0
    mov dword ptr [rsp + 12], 64
    lea rax, [rsp + 12]
    mov qword ptr [rsp + 56], rax
    lea rax, [rsp + 16]
    mov qword ptr [rsp + 64], rax
    mov qword ptr [rsp + 72], 28
    lea rdi, [rsp + 80]
    lea r8, [rsp + 56]
    call FUNCTION
    cmp byte ptr [rsp + 105], 2
    mov rax, qword ptr [rsp + 80]
    jne .L1
    mov cl, 2
    jmp .L2
.L1:
    mov rsi, qword ptr [rsp + 96]
    mov cl, 2
    test rsi, rsi
    je .L3
    movzx edx, byte ptr [rsp + 104]
    cmp rsi, 16
    je .L4
    cmp rsi, 28
    jne .L5
    mov di, 28
    movzx r8d, byte ptr [rsp + 17]
    cmp di, r8w
    je .L6
.L5:
    mov eax, 65580
    jmp .L2
.L4:
    mov di, 2
    movzx r8d, byte ptr [rsp + 17]
    cmp di, r8w
    jne .L5
.L6:
    mov byte ptr [rsp + 16], sil
    movups xmm0, xmmword ptr [rsp + 28]
    movups xmmword ptr [rbx + 20], xmm0
    movzx ecx, byte ptr [rsp + 16]
    mov byte ptr [rbx + 8], cl
    mov rcx, qword ptr [rsp + 17]
    mov qword ptr [rbx + 9], rcx
    mov ecx, dword ptr [rsp + 25]
    mov dword ptr [rbx + 17], ecx
    movzx ecx, word ptr [rsp + 29]
    mov word ptr [rbx + 21], cx
    movzx ecx, byte ptr [rsp + 31]
    mov byte ptr [rbx + 23], cl
    mov ecx, edx
    jmp .L2
.L3:
    mov eax, 65577
.L2:
    mov qword ptr [rbx], rax
    mov byte ptr [rbx + 36], cl
    mov rax, rbx
    add rsp, 112
    pop rbx
    ret
