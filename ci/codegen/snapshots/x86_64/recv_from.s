; rustc 1.95.0, LLVM 22.1.2

; opt-level z
    push rbp
    push r15
    push r14
    push r12
    push rbx
    sub rsp, 80
    mov r14, rsi
    mov rbx, rdi
    movups xmm0, xmmword ptr [rip + .L1+12]
    lea r15, [rsp + 48]
    movups xmmword ptr [r15 + 12], xmm0
    movups xmm0, xmmword ptr [rip + .L1]
    movaps xmmword ptr [r15], xmm0
    lea r12, [rsp + 16]
    push 64
    pop rbp
.L2:
    mov qword ptr [rsp], 28
    mov rdi, r12
    mov rsi, rdx
    mov rdx, rcx
    mov rcx, r14
    mov r8d, ebp
    mov r9, r15
    call _ZN74_$LT$$RF$mut$u20$$u5b$u8$u5d$$u20$as$u20$sock_core..buffer..room..Room$GT$9recv_from17h23a93a644891e83bE
    mov al, byte ptr [rsp + 40]
    mov rcx, qword ptr [rsp + 16]
    cmp al, 2
    jne .L3
    cmp rcx, 4
    jne .L3
    mov rdx, qword ptr [rsp + 24]
    mov rcx, qword ptr [rsp + 32]
    jmp .L2
.L3:
    cmp al, 2
    jne .L4
    mov qword ptr [rbx], rcx
    jmp .L5
.L4:
    mov rdi, qword ptr [rsp + 32]
    mov edx, dword ptr [rsp + 48]
    mov rsi, qword ptr [rsp + 52]
    cmp dx, 10
    je .L6
    movzx r8d, dx
    cmp r8d, 2
    jne .L7
    push 16
    jmp .L8
.L6:
    push 28
.L8:
    pop r8
    cmp rdi, r8
    jne .L7
    lea rdi, [rsp + 60]
    mov qword ptr [rbx], rcx
    mov dword ptr [rbx + 8], edx
    mov qword ptr [rbx + 12], rsi
    movups xmm0, xmmword ptr [rdi]
    movups xmmword ptr [rbx + 20], xmm0
    jmp .L9
.L7:
    mov qword ptr [rbx], 65580
.L5:
    mov al, 2
.L9:
    mov byte ptr [rbx + 36], al
    mov rax, rbx
    add rsp, 80
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
    movups xmm0, xmmword ptr [rip + .L1+12]
    movups xmmword ptr [rsp - 52], xmm0
    movups xmm0, xmmword ptr [rip + .L1]
    movaps xmmword ptr [rsp - 64], xmm0
    lea r9, [rsp - 8]
    not rdi
    lea r8, [rsp - 64]
    mov r10d, 96
.L2:
    mov qword ptr [rsp - 24], r8
    mov qword ptr [rsp - 16], 28
    mov dword ptr [rsp - 8], 28
    mov eax, 45
    mov rsi, r15
    mov rdx, r14
    syscall
    cmp rax, -4095
    jb .L3
    cmp rax, -4
    je .L2
    neg rax
    mov qword ptr [rbx], rax
.L4:
    mov cl, 2
.L5:
    mov byte ptr [rbx + 36], cl
    mov rax, rbx
    pop rbx
    pop r14
    pop r15
    ret
.L3:
    cmp r14, rax
    cmovb rax, r14
    movsxd rdi, dword ptr [rsp - 8]
    setb cl
    mov edx, dword ptr [rsp - 64]
    mov rsi, qword ptr [rsp - 60]
    cmp dx, 2
    je .L6
    movzx r8d, dx
    cmp r8d, 10
    jne .L7
    mov r8d, 28
    jmp .L8
.L6:
    mov r8d, 16
.L8:
    cmp r8d, edi
    jne .L7
    lea rdi, [rsp - 52]
    mov qword ptr [rbx], rax
    mov dword ptr [rbx + 8], edx
    mov qword ptr [rbx + 12], rsi
    movups xmm0, xmmword ptr [rdi]
    movups xmmword ptr [rbx + 20], xmm0
    jmp .L5
.L7:
    mov qword ptr [rbx], 65580
    jmp .L4

; by hand
    lea r8, [rdi + 8]
    lea r9, [rdi + 36]
    mov edi, dword ptr [rsi]
    not edi
    mov rsi, rdx
    mov rdx, rcx
    mov r10d, 96
    mov dword ptr [r9], 28
.L1:
    mov eax, 45
    syscall
    cmp rax, -4
    je .L1
    cmp rax, -4095
    jae .L2
    mov ecx, dword ptr [r9]
    shl ecx, 16
    mov cx, word ptr [r8]
    cmp ecx, 1048578
    je .L3
    cmp ecx, 1835018
    jne .L4
.L3:
    cmp rdx, rax
    setb byte ptr [r9]
    cmovb rax, rdx
.L5:
    mov qword ptr [r8 - 8], rax
    lea rax, [r8 - 8]
    ret
.L2:
    neg rax
    jmp .L6
.L4:
    mov eax, 65580
.L6:
    mov byte ptr [r9], 2
    jmp .L5
