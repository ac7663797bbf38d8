; rustc 1.95.0, LLVM 22.1.2

; opt-level z
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
.L1:
    mov rdi, r15
    mov rsi, r14
    mov rdx, rbx
    mov ecx, ebp
    call _ZN74_$LT$sock_linux..backend..Linux$u20$as$u20$sock_core..backend..Backend$GT$4send17hd79f73c00ecf7641E
    cmp rax, 1
    jne .L2
    cmp rdx, 4
    je .L1
.L2:
    add rsp, 8
    pop rbx
    pop r14
    pop r15
    pop rbp
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
    cmp rax, -4
    je .L1
    mov rdx, rax
    neg rdx
    xor ecx, ecx
    cmp rax, -4095
    setae cl
    cmovb rdx, rax
    mov rax, rcx
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
