; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    push rbp
    mov rbp, rsp
    push rbx
    push rax
    mov rcx, qword ptr [rdi]
    mov rsi, qword ptr [rdi + 8]
    mov rdx, qword ptr [rdi + 16]
    mov r10, qword ptr [rdi + 24]
    mov r8, qword ptr [rdi + 32]
    mov r9, qword ptr [rdi + 40]
    mov r11, qword ptr [rdi + 48]
    mov rbx, qword ptr [rdi + 56]
    mov eax, 33554879
    mov rdi, rcx
    push rbx
    push r11
    push r11
    syscall
    setb sil
    lea rsp, [rsp + 24]
    test sil, sil
    setne cl
    xor edx, edx
    cmp rax, 1
    sbb rdx, rdx
    or rdx, rax
    setne sil
    and sil, cl
    cmove rdx, rax
    movzx eax, sil
    add rsp, 8
    pop rbx
    pop rbp
    ret

; opt-level 3
    push rbp
    mov rbp, rsp
    push rbx
    push rax
    mov rcx, qword ptr [rdi]
    mov rsi, qword ptr [rdi + 8]
    mov rdx, qword ptr [rdi + 16]
    mov r10, qword ptr [rdi + 24]
    mov r8, qword ptr [rdi + 32]
    mov r9, qword ptr [rdi + 40]
    mov r11, qword ptr [rdi + 48]
    mov rbx, qword ptr [rdi + 56]
    mov eax, 33554879
    mov rdi, rcx
    push rbx
    push r11
    push r11
    syscall
    setb sil
    lea rsp, [rsp + 24]
    xor edx, edx
    cmp rax, 1
    sbb rdx, rdx
    or rdx, rax
    xor ecx, ecx
    test sil, sil
    setne cl
    cmove rdx, rax
    mov rax, rcx
    add rsp, 8
    pop rbx
    pop rbp
    ret
