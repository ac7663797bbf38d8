; rustc 1.95.0, LLVM 22.1.2

; opt-level z
    test rdx, rdx
    je .L1
    push rbx
    movsxd rdi, dword ptr [rdi]
    not rdi
    movabs rbx, 45
    movabs r10, 64
.L2:
    mov rax, rbx
    xor r8d, r8d
    xor r9d, r9d
    syscall
    mov rcx, rax
    cmp rax, -4095
    jb .L3
    cmp rcx, -4
    je .L2
    neg rcx
    movabs rax, 1
    jmp .L4
.L1:
    xor ecx, ecx
    xor eax, eax
    jmp .L5
.L3:
    xor eax, eax
.L4:
    pop rbx
.L5:
    mov rdx, rcx
    ret

; opt-level 3
    test rdx, rdx
    je .L1
    movsxd rdi, dword ptr [rdi]
    not rdi
    mov r10d, 64
.L2:
    mov eax, 45
    xor r8d, r8d
    xor r9d, r9d
    syscall
    mov rcx, rax
    cmp rax, -4095
    jb .L3
    cmp rcx, -4
    je .L2
    neg rcx
    mov eax, 1
    mov rdx, rcx
    ret
.L1:
    xor ecx, ecx
.L3:
    xor eax, eax
    mov rdx, rcx
    ret

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
