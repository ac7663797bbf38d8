; rustc 1.95.0, LLVM 22.1.2

; opt-level z
    push rbx
    movsxd rdi, dword ptr [rdi]
    not rdi
    movabs rbx, 44
    mov r10d, 16448
.L1:
    mov rax, rbx
    xor r8d, r8d
    xor r9d, r9d
    syscall
    cmp rax, -4095
    jb .L2
    cmp rax, -4
    je .L1
    mov rdx, rax
    neg rdx
    jmp .L3
.L2:
    mov rdx, rax
.L3:
    xor ecx, ecx
    cmp rax, -4095
    setae cl
    mov rax, rcx
    pop rbx
    ret

; opt-level 3
    movsxd rdi, dword ptr [rdi]
    not rdi
    mov r10d, 16448
.L1:
    mov eax, 44
    xor r8d, r8d
    xor r9d, r9d
    syscall
    mov rcx, rax
    cmp rax, -4095
    jb .L2
    cmp rcx, -4
    je .L1
    neg rcx
    mov eax, 1
    mov rdx, rcx
    ret
.L2:
    xor eax, eax
    mov rdx, rcx
    ret

; by hand
    mov edi, dword ptr [rdi]
    not edi
    mov r10d, 16448
    xor r8d, r8d
    xor r9d, r9d
.L1:
    mov eax, 44
    syscall
    cmp rax, -4
    je .L1
    mov rdx, rax
    cmp rax, -4095
    jae .L2
    xor eax, eax
    ret
.L2:
    neg rdx
    mov eax, 1
    ret
