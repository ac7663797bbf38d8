; rustc 1.95.0, LLVM 22.1.2

; opt-level z
    test rdx, rdx
    je .L1
    push rbp
    push r15
    push r14
    push rbx
    push rax
    mov rbx, rdx
    mov r14, rsi
    mov r15, rdi
    push 64
    pop rbp
.L2:
    mov rdi, r15
    mov rsi, r14
    mov rdx, rbx
    mov ecx, ebp
    call _ZN74_$LT$sock_linux..backend..Linux$u20$as$u20$sock_core..backend..Backend$GT$4send17hd79f73c00ecf7641E
    cmp rax, 1
    jne .L3
    cmp rdx, 4
    je .L2
.L3:
    add rsp, 8
    pop rbx
    pop r14
    pop r15
    pop rbp
    ret
.L1:
    xor edx, edx
    xor eax, eax
    ret

; opt-level 3
    test rdx, rdx
    je .L1
    movsxd rdi, dword ptr [rdi]
    not rdi
    mov r10d, 16448
.L2:
    mov eax, 44
    xor r8d, r8d
    xor r9d, r9d
    syscall
    mov rcx, rax
    neg rcx
    cmp rax, -4095
    cmovb rcx, rax
    cmp rcx, 4
    sete r8b
    cmp rax, -4096
    ja .L3
    xor r8d, r8d
.L3:
    test r8b, r8b
    jne .L2
    cmp rax, -4095
    mov eax, 0
    setae al
    mov rdx, rcx
    ret
.L1:
    xor ecx, ecx
    xor eax, eax
    mov rdx, rcx
    ret

; by hand
    test rdx, rdx
    je .L1
    mov edi, dword ptr [rdi]
    not edi
    mov r10d, 16448
    xor r8d, r8d
    xor r9d, r9d
.L2:
    mov eax, 44
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
