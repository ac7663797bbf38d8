; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    push rbp
    mov rbp, rsp
    push r15
    push r14
    push r13
    push r12
    push rbx
    sub rsp, 56
    mov r15, rsi
    lea r14, [rbp - 96]
    and dword ptr [r14 + 24], 0
    mov rbx, rdi
    and qword ptr [r14 + 16], 0
    xorps xmm0, xmm0
    movaps xmmword ptr [r14], xmm0
    lea r12, [rbp - 64]
    lea r13, [rbp - 44]
.L1:
    mov dword ptr [rbp - 44], 28
    mov rdi, r12
    mov rsi, r15
    mov rdx, r14
    mov rcx, r13
    call FUNCTION
    cmp dword ptr [rbp - 64], 1
    jne .L2
    mov rax, qword ptr [rbp - 56]
    cmp rax, 4
    je .L1
    mov qword ptr [rbx + 8], rax
    xor eax, eax
    jmp .L3
.L2:
    mov eax, dword ptr [rbp - 44]
    cmp eax, 16
    je .L4
    cmp eax, 28
    jne .L5
    mov cx, 30
    jmp .L6
.L4:
    mov cx, 2
.L6:
    movzx edx, byte ptr [rbp - 95]
    cmp cx, dx
    jne .L5
    mov byte ptr [rbp - 96], al
    jmp .L7
.L5:
    xor r14d, r14d
.L7:
    mov eax, dword ptr [rbp - 60]
    test r14, r14
    lea rcx, [rip + .L8]
    cmovne rcx, r14
    mov edx, dword ptr [rcx + 24]
    mov dword ptr [rbx + 28], edx
    mov rdx, qword ptr [rcx + 16]
    mov qword ptr [rbx + 20], rdx
    mov rdx, qword ptr [rcx]
    mov rcx, qword ptr [rcx + 8]
    mov qword ptr [rbx + 12], rcx
    mov qword ptr [rbx + 4], rdx
.L3:
    mov dword ptr [rbx], eax
    mov rax, rbx
    add rsp, 56
    pop rbx
    pop r12
    pop r13
    pop r14
    pop r15
    pop rbp
    ret

; opt-level 3
    push rbp
    mov rbp, rsp
    push r15
    push r14
    push r13
    push r12
    push rbx
    sub rsp, 56
    mov r15, rsi
    mov rbx, rdi
    xorps xmm0, xmm0
    movaps xmmword ptr [rbp - 96], xmm0
    mov dword ptr [rbp - 72], 0
    mov qword ptr [rbp - 80], 0
    lea r12, [rbp - 64]
    lea r14, [rbp - 96]
    lea r13, [rbp - 44]
.L1:
    mov dword ptr [rbp - 44], 28
    mov rdi, r12
    mov rsi, r15
    mov rdx, r14
    mov rcx, r13
    call FUNCTION
    cmp dword ptr [rbp - 64], 1
    jne .L2
    mov rax, qword ptr [rbp - 56]
    cmp rax, 4
    je .L1
    mov qword ptr [rbx + 8], rax
    xor eax, eax
.L3:
    mov dword ptr [rbx], eax
    mov rax, rbx
    add rsp, 56
    pop rbx
    pop r12
    pop r13
    pop r14
    pop r15
    pop rbp
    ret
.L2:
    mov eax, dword ptr [rbp - 44]
    cmp eax, 16
    je .L4
    cmp eax, 28
    jne .L5
    mov cx, 30
    jmp .L6
.L4:
    mov cx, 2
.L6:
    movzx edx, byte ptr [rbp - 95]
    cmp cx, dx
    jne .L5
    mov byte ptr [rbp - 96], al
    jmp .L7
.L5:
    xor r14d, r14d
.L7:
    mov eax, dword ptr [rbp - 60]
    test r14, r14
    lea rcx, [rip + .L8]
    cmovne rcx, r14
    mov edx, dword ptr [rcx + 24]
    mov dword ptr [rbx + 28], edx
    mov rdx, qword ptr [rcx + 16]
    mov qword ptr [rbx + 20], rdx
    mov rdx, qword ptr [rcx]
    mov rcx, qword ptr [rcx + 8]
    mov qword ptr [rbx + 12], rcx
    mov qword ptr [rbx + 4], rdx
    jmp .L3
