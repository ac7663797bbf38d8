; rustc 1.95.0, LLVM 22.1.2

; opt-level z
    mov rax, rdi
    rol dx, 8
    xorps xmm0, xmm0
    movups xmmword ptr [rdi + 8], xmm0
    and dword ptr [rdi + 24], 0
    mov word ptr [rdi], 2
    mov word ptr [rdi + 2], dx
    mov dword ptr [rdi + 4], esi
    ret

; opt-level 3
    rol dx, 8
    mov rax, rdi
    mov word ptr [rdi], 2
    mov word ptr [rdi + 2], dx
    mov dword ptr [rdi + 4], esi
    xorps xmm0, xmm0
    movups xmmword ptr [rdi + 8], xmm0
    mov dword ptr [rdi + 24], 0
    ret

; by hand
    rol dx, 8
    mov word ptr [rdi], 2
    mov word ptr [rdi + 2], dx
    mov dword ptr [rdi + 4], esi
    xorps xmm0, xmm0
    movups xmmword ptr [rdi + 8], xmm0
    movups xmmword ptr [rdi + 12], xmm0
    mov rax, rdi
    ret
