; rustc 1.95.0, LLVM 22.1.2

; opt-level z
    push rbp
    push r15
    push r14
    push r13
    push r12
    push rbx
    push rax
    mov rbx, rcx
    mov r14, rdx
    mov r15, rsi
    mov r12, rdi
    mov bpl, byte ptr [rdi + 4]
    mov rdi, rcx
    call _ZN95_$LT$sock_core..addr..any..SocketAddr$LT$A$GT$$u20$as$u20$sock_core..addr..Address$LT$A$GT$$GT$6family17h61d547e5900a1ae0E
    cmp al, bpl
    jne .L1
    movsxd r12, dword ptr [r12]
    not r12
    push 16
    pop rbp
    push 44
    pop r13
.L2:
    mov rdi, rbx
    call _ZN95_$LT$sock_core..addr..any..SocketAddr$LT$A$GT$$u20$as$u20$sock_core..addr..Address$LT$A$GT$$GT$6family17h61d547e5900a1ae0E
    mov r9, rbp
    test al, al
    je .L3
    push 28
    pop r9
.L3:
    mov r10d, 16448
    mov rax, r13
    mov rdi, r12
    mov rsi, r15
    mov rdx, r14
    mov r8, rbx
    syscall
    cmp rax, -4095
    jb .L4
    cmp rax, -4
    je .L2
    mov rdx, rax
    neg rdx
    jmp .L5
.L1:
    push 1
    pop rcx
    mov edx, 65576
    jmp .L6
.L4:
    mov rdx, rax
.L5:
    xor ecx, ecx
    cmp rax, -4095
    setae cl
.L6:
    mov rax, rcx
    add rsp, 8
    pop rbx
    pop r12
    pop r13
    pop r14
    pop r15
    pop rbp
    ret

; opt-level 3
    mov r8, rcx
    mov eax, dword ptr [rdi]
    movzx ecx, byte ptr [rdi + 4]
    mov word ptr [rsp - 4], 2
    cmp word ptr [r8], 2
    sete dil
    cmp dil, cl
    je .L1
    not eax
    movsxd rdi, eax
    mov r10d, 16448
.L2:
    mov word ptr [rsp - 2], 2
    cmp word ptr [r8], 2
    mov r9d, 16
    je .L3
    mov r9d, 28
.L3:
    mov eax, 44
    syscall
    cmp rax, -4
    je .L2
    mov rcx, rax
    mov rdx, rax
    neg rdx
    xor eax, eax
    cmp rcx, -4095
    setae al
    cmovb rdx, rcx
    ret
.L1:
    mov eax, 1
    mov edx, 65576
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
