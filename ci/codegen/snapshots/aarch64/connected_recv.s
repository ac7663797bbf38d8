; rustc 1.96.0, LLVM 22.1.8

; opt-level z
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
    cmn x0, #4095
    b.lo .L2
    cmn x0, #4
    b.eq .L1
    neg x8, x0
    mov w10, #2
    b .L3
.L2:
    cmp x2, x0
    csel x8, x2, x0, lo
    cset w10, lo
.L3:
    str x8, [x9]
    strb w10, [x9, #8]
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
    cmn x0, #4095
    b.lo .L2
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
