; rustc 1.95.0, LLVM 22.1.2

; opt-level z
    push rbp
    push r15
    push r14
    push r12
    push rbx
    sub rsp, 48
    mov r14, rsi
    mov rbx, rdi
    lea r15, [rsp + 16]
    push 64
    pop rbp
    push 1
    pop r12
.L1:
    and qword ptr [rsp], 0
    mov rdi, r15
    mov rsi, rdx
    mov rdx, rcx
    mov rcx, r14
    mov r8d, ebp
    mov r9, r12
    call _ZN74_$LT$$RF$mut$u20$$u5b$u8$u5d$$u20$as$u20$sock_core..buffer..room..Room$GT$9recv_from17h23a93a644891e83bE
    movzx ecx, byte ptr [rsp + 40]
    mov rax, qword ptr [rsp + 16]
    cmp rcx, 2
    jne .L2
    mov rdx, qword ptr [rsp + 24]
    mov rcx, qword ptr [rsp + 32]
    cmp rax, 4
    je .L1
    test rax, rax
    jne .L3
    xor esi, esi
    jmp .L4
.L2:
    xor esi, esi
    jmp .L5
.L3:
    mov rsi, rax
.L4:
    mov rax, rdx
.L5:
    test rsi, rsi
    cmovne rax, rsi
    push 2
    pop rdx
    cmove edx, ecx
    mov qword ptr [rbx], rax
    mov byte ptr [rbx + 8], dl
    mov rax, rbx
    add rsp, 48
    pop rbx
    pop r12
    pop r14
    pop r15
    pop rbp
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
    cmp rax, -4096
    jbe .L2
    cmp rax, -4
    je .L1
    neg rax
    mov cl, 2
.L3:
    mov qword ptr [rbx], rax
    mov byte ptr [rbx + 8], cl
    mov rax, rbx
    pop rbx
    pop r14
    pop r15
    ret
.L2:
    cmp r14, rax
    cmovb rax, r14
    setb cl
    jmp .L3

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
