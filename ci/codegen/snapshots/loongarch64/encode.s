; rustc 1.96.0, LLVM 22.1.8

; opt-level z
    revb.2h $a2, $a2
    srli.d $a3, $a2, 8
    srli.d $a4, $a1, 8
    srli.d $a5, $a1, 16
    srli.d $a6, $a1, 24
    ori $a7, $zero, 2
    st.h $a7, $a0, 0
    st.b $a2, $a0, 2
    st.b $a3, $a0, 3
    st.b $a1, $a0, 4
    st.b $a4, $a0, 5
    st.b $a5, $a0, 6
    st.b $a6, $a0, 7
    st.d $zero, $a0, 8
    st.d $zero, $a0, 16
    st.w $zero, $a0, 24
    ret

; opt-level 3
    srli.d $a3, $a1, 8
    srli.d $a4, $a1, 16
    srli.d $a5, $a1, 24
    revb.2h $a2, $a2
    srli.d $a6, $a2, 8
    ori $a7, $zero, 2
    st.h $a7, $a0, 0
    st.b $a2, $a0, 2
    st.b $a6, $a0, 3
    st.b $a1, $a0, 4
    st.b $a3, $a0, 5
    st.b $a4, $a0, 6
    st.b $a5, $a0, 7
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
