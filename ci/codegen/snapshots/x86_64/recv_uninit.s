; rustc 1.95.0, LLVM 22.1.2

; opt-level z
    push r15
    push r14
    push r12
    push rbx
    mov rbx, rdi
    test rcx, rcx
    je .L1
    mov r14, rcx
    mov r15, rdx
    movsxd rdi, dword ptr [rsi]
    not rdi
    movabs r12, 45
    movabs r10, 64
.L2:
    mov rax, r12
    mov rsi, r15
    mov rdx, r14
    xor r8d, r8d
    xor r9d, r9d
    syscall
    cmp rax, -4095
    jb .L3
    cmp rax, -4
    je .L2
    test rax, rax
    je .L4
    neg rax
    jmp .L5
.L1:
    movabs rcx, 1
    xor r14d, r14d
    jmp .L6
.L3:
    mov r14, rax
.L4:
    xor eax, eax
.L5:
    xor ecx, ecx
    test rax, rax
    cmove rcx, r15
    cmovne r14, rax
.L6:
    mov qword ptr [rbx], rcx
    mov qword ptr [rbx + 8], r14
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
    mov rbx, rdi
    test rcx, rcx
    je .L1
    mov r14, rdx
    mov eax, dword ptr [rsi]
    not eax
    movsxd rdi, eax
    mov r10d, 64
.L2:
    mov eax, 45
    mov rsi, r14
    mov r15, rcx
    mov rdx, rcx
    xor r8d, r8d
    xor r9d, r9d
    syscall
    cmp rax, -4095
    jb .L3
    cmp rax, -4
    mov rcx, r15
    je .L2
    test rax, rax
    je .L4
    neg rax
    mov qword ptr [rbx + 8], rax
    mov qword ptr [rbx], 0
    jmp .L5
.L3:
    mov rcx, rax
.L4:
    mov qword ptr [rbx], r14
    mov qword ptr [rbx + 8], rcx
    jmp .L5
.L1:
    mov qword ptr [rbx], 1
    mov qword ptr [rbx + 8], 0
.L5:
    mov rax, rbx
    pop rbx
    pop r14
    pop r15
    ret

; by hand
    mov rax, rcx
    push rdi
    test rcx, rcx
    je .L1
    mov edi, dword ptr [rsi]
    not edi
    mov rsi, rdx
    mov rdx, rcx
    mov r10d, 64
    xor r8d, r8d
    xor r9d, r9d
.L2:
    mov eax, 45
    syscall
    cmp rax, -4
    je .L2
    mov rdx, rsi
    cmp rax, -4095
    jb .L1
    neg rax
    xor edx, edx
.L1:
    pop rcx
    mov qword ptr [rcx], rdx
    mov qword ptr [rcx + 8], rax
    mov rax, rcx
    ret
