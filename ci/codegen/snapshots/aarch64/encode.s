; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    rev w9, w1
    mov w10, #2
    stp xzr, xzr, [x8, #8]
    lsr w11, w9, #16
    lsr w9, w9, #24
    str wzr, [x8, #24]
    strh w10, [x8]
    strb w11, [x8, #2]
    strb w9, [x8, #3]
    str w0, [x8, #4]
    ret

; opt-level 3
    mov w9, #2
    rev w10, w1
    str w0, [x8, #4]
    strh w9, [x8]
    lsr w9, w10, #16
    lsr w10, w10, #24
    stp xzr, xzr, [x8, #8]
    strb w9, [x8, #2]
    strb w10, [x8, #3]
    str wzr, [x8, #24]
    ret

; by hand
    rev16 w1, w1
    mov w9, #2
    bfi w9, w1, #16, #16
    stp w9, w0, [x8]
    stp xzr, xzr, [x8, #8]
    str wzr, [x8, #24]
    ret
