; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    test rdx, rdx
    je .L1
    push rbp
    mov rbp, rsp
    push r15
    push r14
    push r13
    push r12
    push rbx
    sub rsp, 2168
    mov r8, rdx
    mov r9, rsi
    movsxd rdi, dword ptr [rdi]
    not rdi
    lea r15, [rbp - 56]
    lea r14, [rbp - 2200]
    lea rsi, [rbp - 104]
    mov r12d, 65580
    push 1
    pop r10
.L2:
    and qword ptr [rbp - 104], 0
    mov qword ptr [rbp - 56], r9
    and dword ptr [rbp - 96], 0
    mov qword ptr [rbp - 48], r8
    mov qword ptr [rbp - 88], r15
    mov dword ptr [rbp - 80], 1
    mov qword ptr [rbp - 72], r14
    mov qword ptr [rbp - 64], 2064
    mov eax, 33554459
    mov edx, 128
    syscall
    setb r13b
    mov rbx, rax
    test r13b, r13b
    je .L3
    cmp rbx, 65536
    mov edx, 65580
    cmovb rdx, rbx
    test rbx, rbx
    cmove rdx, r12
    cmp rdx, 4
    je .L2
    jmp .L4
.L1:
    xor edx, edx
    xor r10d, r10d
    jmp .L5
.L3:
    mov eax, dword ptr [rbp - 64]
    mov ecx, 2064
    cmp eax, ecx
    cmovb ecx, eax
    lea rdi, [rbp - 136]
    mov qword ptr [rdi], r14
    mov qword ptr [rdi + 8], rcx
    mov qword ptr [rdi + 16], 1
    and qword ptr [rdi + 24], 0
    call FUNCTION
    xor r10d, r10d
    mov rdx, rbx
.L4:
    add rsp, 2168
    pop rbx
    pop r12
    pop r13
    pop r14
    pop r15
    pop rbp
.L5:
    mov rax, r10
    ret

; opt-level 3
    test rdx, rdx
    je .L1
    push rbp
    mov rbp, rsp
    push r15
    push r14
    push r12
    push rbx
    sub rsp, 2000
    mov r8, rsi
    movsxd rdi, dword ptr [rdi]
    not rdi
    lea rbx, [rbp - 48]
    lea r10, [rbp - 2160]
    lea rsi, [rbp - 96]
    mov r14d, 65580
.L2:
    mov qword ptr [rbp - 48], r8
    mov r15, rdx
    mov qword ptr [rbp - 40], rdx
    mov qword ptr [rbp - 96], 0
    mov dword ptr [rbp - 88], 0
    mov qword ptr [rbp - 80], rbx
    mov dword ptr [rbp - 72], 1
    mov qword ptr [rbp - 64], r10
    mov qword ptr [rbp - 56], 2064
    mov eax, 33554459
    mov edx, 128
    syscall
    setb r12b
    mov r9, rax
    test r12b, r12b
    je .L3
    mov eax, 1
    test r9, r9
    je .L4
    cmp r9, 65536
    cmovae r9, r14
    cmp r9, 4
    mov rdx, r15
    jne .L5
    jmp .L2
.L3:
    mov eax, dword ptr [rbp - 56]
    cmp eax, 2064
    mov esi, 2064
    cmovb esi, eax
    mov r8d, 1
    xor ebx, ebx
    mov r14d, 65535
    cmp rbx, 3
    jbe .L6
.L7:
    mov r15, r10
.L8:
    movsxd rdi, dword ptr [r8]
    test rdi, rdi
    js .L9
    add rbx, -4
    add r8, 4
    mov eax, 33554438
    syscall
    setb dil
    mov r10, r15
    cmp rbx, 3
    ja .L7
.L6:
    cmp rsi, 4
    jb .L9
    cmp rsi, 12
    jb .L9
    mov eax, dword ptr [r10]
    cmp rax, 12
    jb .L9
    cmp rsi, rax
    jb .L9
    mov ecx, dword ptr [r10 + 8]
    mov r15d, eax
    and r15d, -4
    add r15, 4
    cmp rsi, r15
    cmovb r15, rsi
    test al, 3
    cmove r15, rax
    sub rsi, r15
    add r15, r10
    mov edx, dword ptr [r10 + 4]
    xor edx, r14d
    xor ecx, 1
    add rax, -12
    add r10, 12
    or ecx, edx
    cmove r8, r10
    cmove rbx, rax
    mov r10, r15
    cmp rbx, 4
    jb .L6
    jmp .L8
.L9:
    xor eax, eax
.L5:
    add rsp, 2000
    pop rbx
    pop r12
    pop r14
    pop r15
    pop rbp
    mov rdx, r9
    ret
.L1:
    xor r9d, r9d
    xor eax, eax
    mov rdx, r9
    ret
.L4:
    mov r9d, 65580
    jmp .L5
