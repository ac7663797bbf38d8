; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    sub sp, sp, #64
    stp x20, x19, [sp, #48]
    mov x20, x0
    mov x19, x8
    stp x29, x30, [sp, #32]
    add x29, sp, #32
.L1:
    mov x8, sp
    mov x0, x1
    mov x1, x2
    mov x2, x20
    mov w3, #64
    mov w4, #1
    mov x5, xzr
    bl _RINvXNtNtCs29FdmtRS5SZ_9sock_core6buffer4roomQShNtB3_4Room9recv_fromNtNtCsbuzMgrpohZA_10sock_linux7backend5LinuxECsazO0zKcdVRy_7codegen
    ldrb w2, [sp, #24]
    ldr x8, [sp]
    cmp x2, #2
    b.ne .L2
    ldp x1, x2, [sp, #8]
    cmp x8, #4
    b.eq .L1
    mov x9, x8
    mov x8, x1
    b .L3
.L2:
    mov x9, xzr
.L3:
    cmp x9, #0
    mov w10, #2
    csel x8, x8, x9, eq
    csel w9, w2, w10, eq
    str x8, [x19]
    ldp x29, x30, [sp, #32]
    strb w9, [x19, #8]
    ldp x20, x19, [sp, #48]
    add sp, sp, #64
    ret

; opt-level 3
    ldr w9, [x0]
    mvn w9, w9
    sxtw x10, w9
    mov x9, x8
.L1:
    mov x0, x10
    mov w8, #207
    mov w3, #96
    mov x4, xzr
    mov x5, xzr
    svc #0
    cmn x0, #1, lsl #12
    b.ls .L2
    cmn x0, #4
    b.eq .L1
    neg x10, x0
    mov w8, #2
    str x10, [x9]
    strb w8, [x9, #8]
    ret
.L2:
    cmp x2, x0
    cset w8, lo
    csel x10, x2, x0, lo
    str x10, [x9]
    strb w8, [x9, #8]
    ret

; by hand
    mov x9, x8
    ldr w6, [x0]
    mvn w6, w6
    mov w3, #96
    mov x4, xzr
    mov x5, xzr
    mov w8, #207
.L1:
    mov w0, w6
    svc #0
    cmn x0, #4
    b.eq .L1
    cmn x0, #4095
    b.hs .L2
    cmp x2, x0
    cset w7, lo
    csel x0, x2, x0, lo
.L3:
    str x0, [x9]
    strb w7, [x9, #8]
    ret
.L2:
    neg x0, x0
    mov w7, #2
    b .L3
