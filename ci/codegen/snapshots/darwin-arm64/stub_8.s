; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    ldp x8, x1, [x0]
    ldp x2, x3, [x0, #16]
    ldp x4, x5, [x0, #32]
    ldp x6, x7, [x0, #48]
    mov w16, #447
    mov x0, x8
    svc #0x80
    cset w8, hs
    cmp w8, #0
    cset w8, ne
    cmp x0, #0
    csinv x9, x0, xzr, ne
    cmp x9, #0
    cset w10, ne
    ands w8, w8, w10
    csel x1, x9, x0, ne
    mov x0, x8
    ret

; opt-level 3
    ldp x8, x1, [x0]
    ldp x2, x3, [x0, #16]
    ldp x4, x5, [x0, #32]
    ldp x6, x7, [x0, #48]
    mov w16, #447
    mov x0, x8
    svc #0x80
    cset w8, hs
    cmp w8, #0
    cset w8, ne
    cmp x0, #0
    cset w9, eq
    tst w8, w9
    csinv x1, x0, xzr, eq
    mov x0, x8
    ret
