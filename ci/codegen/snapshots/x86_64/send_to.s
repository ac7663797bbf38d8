; rustc 1.95.0, LLVM 22.1.2

; opt-level z
    mov r8, rcx
    movzx eax, word ptr [rcx]
    cmp ax, 2
    setne cl
    cmp byte ptr [rdi + 4], cl
    jne .L1
    push rbx
    cmp ax, 2
    movabs rax, 16
    movabs r9, 28
    cmove r9, rax
    movsxd rdi, dword ptr [rdi]
    not rdi
    movabs rbx, 44
    mov r10d, 16448
.L2:
    mov rax, rbx
    syscall
    cmp rax, -4095
    jb .L3
    cmp rax, -4
    je .L2
    mov rdx, rax
    neg rdx
    jmp .L4
.L1:
    movabs rcx, 1
    mov edx, 65576
    jmp .L5
.L3:
    mov rdx, rax
.L4:
    xor ecx, ecx
    cmp rax, -4095
    setae cl
    pop rbx
.L5:
    mov rax, rcx
    ret

; opt-level 3
    mov r8, rcx
    movzx r9d, word ptr [rcx]
    cmp r9w, 2
    sete r10b
    mov eax, 1
    mov ecx, 65576
    cmp r10b, byte ptr [rdi + 4]
    je .L1
    cmp r9w, 2
    movsxd rdi, dword ptr [rdi]
    mov eax, 16
    mov r9d, 28
    cmove r9, rax
    not rdi
    mov r10d, 16448
.L2:
    mov eax, 44
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
.L3:
    xor eax, eax
.L1:
    mov rdx, rcx
    ret

; by hand
    mov r8, rcx
    xor eax, eax
    cmp word ptr [rcx], 2
    setne al
    cmp al, byte ptr [rdi + 4]
    jne .L1
    lea eax, [rax + 2*rax]
    lea r9d, [4*rax + 16]
    mov edi, dword ptr [rdi]
    not edi
    mov r10d, 16448
.L2:
    mov eax, 44
    syscall
    cmp rax, -4
    je .L2
    mov rdx, rax
    cmp rax, -4095
    jae .L3
    xor eax, eax
    ret
.L3:
    neg rdx
.L4:
    mov eax, 1
    ret
.L1:
    mov edx, 65576
    jmp .L4
