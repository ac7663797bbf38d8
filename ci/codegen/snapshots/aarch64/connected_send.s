; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    stp x29, x30, [sp, #-48]!
    str x21, [sp, #16]
    mov x21, x0
    mov x29, sp
    stp x20, x19, [sp, #32]
    mov x19, x2
    mov x20, x1
.L1:
    mov x0, x21
    mov x1, x20
    mov x2, x19
    mov w3, #64
    bl _RNvXNtCsbuzMgrpohZA_10sock_linux7backendNtB2_5LinuxNtNtCs29FdmtRS5SZ_9sock_core7backend7Backend4send
    cmp x0, #1
    ccmp x1, #4, #0, eq
    b.eq .L1
    ldp x20, x19, [sp, #32]
    ldr x21, [sp, #16]
    ldp x29, x30, [sp], #48
    ret

; opt-level 3
    ldr w8, [x0]
    mvn w8, w8
    sxtw x9, w8
.L1:
    mov x0, x9
    mov w8, #206
    mov w3, #16448
    mov x4, xzr
    mov x5, xzr
    svc #0
    cmn x0, #4
    b.eq .L1
    cmn x0, #1, lsl #12
    cset w8, hi
    cneg x1, x0, hi
    mov x0, x8
    ret

; by hand
    ldr w6, [x0]
    mvn w6, w6
    mov w3, #16448
    mov x4, xzr
    mov x5, xzr
    mov w8, #206
.L1:
    mov w0, w6
    svc #0
    cmn x0, #4
    b.eq .L1
    cmn x0, #4095
    cneg x1, x0, hs
    cset w0, hs
    ret
