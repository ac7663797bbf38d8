; rustc 1.95.0, LLVM 22.1.2

; opt-level z
    push r15
    push r14
    push r12
    push rbx
    mov r14, rcx
    mov r15, rdx
    mov rbx, rdi
    xorps xmm0, xmm0
    lea r8, [rsp - 40]
    movups xmmword ptr [r8 + 12], xmm0
    movaps xmmword ptr [r8], xmm0
    movsxd rdi, dword ptr [rsi]
    not rdi
    movabs r12, 45
    movabs r10, 96
    lea r9, [rsp - 44]
.L1:
    mov dword ptr [rsp - 44], 28
    mov rax, r12
    mov rsi, r15
    mov rdx, r14
    syscall
    cmp rax, -4095
    jb .L2
    cmp rax, -4
    je .L1
    neg rax
    mov cl, 2
    mov rdx, rax
    jmp .L3
.L2:
    cmp r14, rax
    cmovb rax, r14
    mov edi, dword ptr [rsp - 44]
    setb sil
    mov cl, 2
    mov edx, 65580
    cmp edi, 16
    je .L4
    cmp edi, 28
    jne .L3
    mov di, 10
    jmp .L5
.L4:
    mov di, 2
.L5:
    cmp word ptr [rsp - 40], di
    jne .L3
    movups xmm0, xmmword ptr [rsp - 28]
    movups xmmword ptr [rbx + 20], xmm0
    movaps xmm0, xmmword ptr [rsp - 40]
    movups xmmword ptr [rbx + 8], xmm0
    mov rdx, rax
    mov ecx, esi
.L3:
    mov qword ptr [rbx], rdx
    mov byte ptr [rbx + 36], cl
    mov rax, rbx
    pop rbx
    pop r12
    pop r14
    pop r15
    ret

; opt-level 3
    push r15
    push r14
    push rbx
    mov r14, rcx
    mov r15, rdx
    mov rbx, rdi
    movsxd rdi, dword ptr [rsi]
    xorps xmm0, xmm0
    movups xmmword ptr [rsp - 20], xmm0
    movaps xmmword ptr [rsp - 32], xmm0
    not rdi
    lea r8, [rsp - 32]
    lea r9, [rsp - 36]
    mov r10d, 96
.L1:
    mov dword ptr [rsp - 36], 28
    mov eax, 45
    mov rsi, r15
    mov rdx, r14
    syscall
    cmp rax, -4095
    jb .L2
    cmp rax, -4
    je .L1
    neg rax
    mov cl, 2
    mov rdx, rax
    jmp .L3
.L2:
    cmp r14, rax
    cmovb rax, r14
    mov edi, dword ptr [rsp - 36]
    setb sil
    mov cl, 2
    mov edx, 65580
    cmp edi, 16
    je .L4
    cmp edi, 28
    jne .L3
    mov di, 10
    cmp word ptr [rsp - 32], di
    jne .L3
.L5:
    movups xmm0, xmmword ptr [rsp - 20]
    movups xmmword ptr [rbx + 20], xmm0
    movaps xmm0, xmmword ptr [rsp - 32]
    movups xmmword ptr [rbx + 8], xmm0
    mov rdx, rax
    mov ecx, esi
.L3:
    mov qword ptr [rbx], rdx
    mov byte ptr [rbx + 36], cl
    mov rax, rbx
    pop rbx
    pop r14
    pop r15
    ret
.L4:
    mov di, 2
    cmp word ptr [rsp - 32], di
    je .L5
    jmp .L3

; by hand
    lea r8, [rdi + 8]
    lea r9, [rdi + 36]
    mov edi, dword ptr [rsi]
    not edi
    mov rsi, rdx
    mov rdx, rcx
    mov r10d, 96
    mov dword ptr [r9], 28
.L1:
    mov eax, 45
    syscall
    cmp rax, -4
    je .L1
    cmp rax, -4095
    jae .L2
    mov ecx, dword ptr [r9]
    shl ecx, 16
    mov cx, word ptr [r8]
    cmp ecx, 1048578
    je .L3
    cmp ecx, 1835018
    jne .L4
.L3:
    cmp rdx, rax
    setb byte ptr [r9]
    cmovb rax, rdx
.L5:
    mov qword ptr [r8 - 8], rax
    lea rax, [r8 - 8]
    ret
.L2:
    neg rax
    jmp .L6
.L4:
    mov eax, 65580
.L6:
    mov byte ptr [r9], 2
    jmp .L5
