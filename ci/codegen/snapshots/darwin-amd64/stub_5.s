; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    push rbp
    mov rbp, rsp
    mov eax, 33554537
    mov r10, rcx
    syscall
    setb sil
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
    pop rbp
    ret

; opt-level 3
    push rbp
    mov rbp, rsp
    mov eax, 33554537
    mov r10, rcx
    syscall
    setb sil
    xor edx, edx
    cmp rax, 1
    sbb rdx, rdx
    or rdx, rax
    xor ecx, ecx
    test sil, sil
    setne cl
    cmove rdx, rax
    mov rax, rcx
    pop rbp
    ret
