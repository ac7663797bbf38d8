; rustc 1.95.0, LLVM 22.1.2

; opt-level z
    push r15
    push r14
    push r12
    push rbx
    mov r14, rcx
    mov r15, rdx
    mov rbx, rdi
    movsxd rdi, dword ptr [rsi]
    not rdi
    movabs r12, 45
    movabs r10, 96
.L1:
    mov rax, r12
    mov rsi, r15
    mov rdx, r14
    xor r8d, r8d
    xor r9d, r9d
    syscall
    cmp rax, -4095
    jb .L2
    cmp rax, -4
    je .L1
    neg rax
    mov cl, 2
    jmp .L3
.L2:
    cmp r14, rax
    cmovb rax, r14
    setb cl
.L3:
    mov qword ptr [rbx], rax
    mov byte ptr [rbx + 8], cl
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
    not rdi
    mov r10d, 96
.L1:
    mov eax, 45
    mov rsi, r15
    mov rdx, r14
    xor r8d, r8d
    xor r9d, r9d
    syscall
    cmp rax, -4095
    jb .L2
    cmp rax, -4
    je .L1
    neg rax
    mov cl, 2
    jmp .L3
.L2:
    cmp r14, rax
    cmovb rax, r14
    setb cl
.L3:
    mov qword ptr [rbx], rax
    mov byte ptr [rbx + 8], cl
    mov rax, rbx
    pop rbx
    pop r14
    pop r15
    ret

; by hand
    push rdi
    mov edi, dword ptr [rsi]
    not edi
    mov rsi, rdx
    mov rdx, rcx
    mov r10d, 96
    xor r8d, r8d
    xor r9d, r9d
.L1:
    mov eax, 45
    syscall
    cmp rax, -4
    je .L1
    pop rcx
    cmp rax, -4095
    jae .L2
    cmp rdx, rax
    setb byte ptr [rcx + 8]
    cmovb rax, rdx
.L3:
    mov qword ptr [rcx], rax
    mov rax, rcx
    ret
.L2:
    neg rax
    mov byte ptr [rcx + 8], 2
    jmp .L3
