; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    cbz x2, .L1
    mov x10, x1
    ldr w8, [x0]
    mvn w8, w8
    sxtw x11, w8
    mov w8, #1
    mov w9, #44
    movk w9, #1, lsl #16
.L2:
    mov w16, #133
    mov x0, x11
    mov x1, x10
    mov w3, #128
    movk w3, #10, lsl #16
    mov x4, #0
    mov x5, #0
    svc #0x80
    cset w12, hs
    cbz w12, .L3
    cbz x0, .L4
    cmp x0, #16, lsl #12
    b.hs .L4
    cmp x0, #4
    b.eq .L2
    mov w8, #1
    b .L5
.L1:
    mov x9, #0
    mov x8, #0
    b .L4
.L3:
    mov x8, #0
.L5:
    mov x9, x0
.L4:
    mov x0, x8
    mov x1, x9
    ret

; opt-level 3
    cbz x2, .L1
    ldr w8, [x0]
    mvn w8, w8
    sxtw x8, w8
.L2:
    mov w16, #133
    mov x0, x8
    mov x9, x1
    mov w3, #128
    movk w3, #10, lsl #16
    mov x4, #0
    mov x5, #0
    svc #0x80
    cset w10, hs
    cbz w10, .L3
    cmp x0, #0
    lsr x10, x0, #16
    ccmp x10, #0, #0, ne
    b.ne .L4
    cmp x0, #4
    mov x1, x9
    b.eq .L2
    mov w8, #1
    mov x1, x0
    mov x0, x8
    ret
.L3:
    mov x1, x0
    mov x0, #0
    ret
.L1:
    mov x1, #0
    mov x0, #0
    ret
.L4:
    mov w8, #1
    mov w1, #44
    movk w1, #1, lsl #16
    mov x0, x8
    ret
