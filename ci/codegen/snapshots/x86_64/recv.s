; rustc 1.95.0, LLVM 22.1.2

; opt-level z
    test rdx, rdx
    je .L1
    push r14
    push rbx
    movsxd rdi, dword ptr [rdi]
    not rdi
    xor r14d, r14d
    movabs rbx, 45
    movabs r10, 64
.L2:
    mov rax, rbx
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
.L4:
    mov r14, rax
    jmp .L5
.L1:
    xor esi, esi
    xor eax, eax
    jmp .L6
.L3:
    mov rsi, rax
.L5:
    xor eax, eax
    test r14, r14
    setne al
    cmovne rsi, r14
    pop rbx
    pop r14
.L6:
    mov rdx, rsi
    ret

; opt-level 3
    test rdx, rdx
    je .L1
    push rbx
    movsxd rdi, dword ptr [rdi]
    not rdi
    xor ebx, ebx
    mov r10d, 64
.L2:
    mov eax, 45
    xor r8d, r8d
    xor r9d, r9d
    syscall
    cmp rax, -4095
    jb .L3
    cmp rax, -4
    je .L2
    neg rax
    mov rbx, rax
.L4:
    xor eax, eax
    test rbx, rbx
    setne al
    cmovne rsi, rbx
    pop rbx
    mov rdx, rsi
    ret
.L1:
    xor esi, esi
    xor eax, eax
    mov rdx, rsi
    ret
.L3:
    mov rsi, rax
    jmp .L4

; by hand
    test rdx, rdx
    je .L1
    mov edi, dword ptr [rdi]
    not edi
    mov r10d, 64
    xor r8d, r8d
    xor r9d, r9d
.L2:
    mov eax, 45
    syscall
    cmp rax, -4
    je .L2
    mov rdx, rax
    cmp rax, -4095
    jae .L3
.L1:
    xor eax, eax
    ret
.L3:
    neg rdx
    mov eax, 1
    ret
