; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    push rbp
    mov rbp, rsp
    push r14
    push rbx
    test rdx, rdx
    je .L1
    mov r14, rdx
    movsxd rdi, dword ptr [rdi]
    not rdi
    movabs rbx, 1
    mov r10d, 655488
.L2:
    mov eax, 33554565
    mov rdx, r14
    xor r8d, r8d
    xor r9d, r9d
    syscall
    setb r8b
    test r8b, r8b
    je .L3
    mov edx, 65580
    test rax, rax
    je .L4
    cmp rax, 65536
    jae .L4
    cmp rax, 4
    je .L2
    jmp .L5
.L1:
    xor edx, edx
    xor ebx, ebx
    jmp .L4
.L3:
    xor ebx, ebx
.L5:
    mov rdx, rax
.L4:
    mov rax, rbx
    pop rbx
    pop r14
    pop rbp
    ret

; opt-level 3
    test rdx, rdx
    je .L1
    push rbp
    mov rbp, rsp
    push rbx
    movsxd rdi, dword ptr [rdi]
    not rdi
    mov r10d, 655488
.L2:
    mov eax, 33554565
    mov rbx, rdx
    xor r8d, r8d
    xor r9d, r9d
    syscall
    setb r8b
    mov rcx, rax
    test r8b, r8b
    je .L3
    mov eax, 1
    mov edx, 65580
    test rcx, rcx
    je .L4
    cmp rcx, 65535
    ja .L4
    cmp rcx, 4
    mov rdx, rbx
    je .L2
    jmp .L5
.L3:
    xor eax, eax
.L5:
    mov rdx, rcx
.L4:
    pop rbx
    pop rbp
    ret
.L1:
    xor edx, edx
    xor eax, eax
    ret
