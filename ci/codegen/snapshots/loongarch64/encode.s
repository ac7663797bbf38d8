; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    revb.2h $a2, $a2
    srli.d $a3, $a2, 8
    st.w $zero, $a0, 24
    st.d $zero, $a0, 16
    st.d $zero, $a0, 8
    ori $a4, $zero, 2
    st.h $a4, $a0, 0
    st.b $a2, $a0, 2
    st.b $a3, $a0, 3
    st.w $a1, $a0, 4
    ret

; opt-level 3
    revb.2h $a2, $a2
    srli.d $a3, $a2, 8
    ori $a4, $zero, 2
    st.h $a4, $a0, 0
    st.b $a2, $a0, 2
    st.b $a3, $a0, 3
    st.w $a1, $a0, 4
    st.d $zero, $a0, 8
    st.d $zero, $a0, 16
    st.w $zero, $a0, 24
    ret

; by hand
    revb.2h $a2, $a2
    ori $a3, $zero, 2
    bstrins.d $a3, $a2, 31, 16
    st.w $a3, $a0, 0
    st.w $a1, $a0, 4
    st.d $zero, $a0, 8
    st.d $zero, $a0, 16
    st.w $zero, $a0, 24
    ret
