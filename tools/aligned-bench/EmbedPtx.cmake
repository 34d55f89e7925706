# cmake -DINPUT=BINARY.mlir -DOUTPUT=FILE.inc -P EmbedPtx.cmake: the PTX of a
# gpu.binary as a C string literal.
file(READ ${INPUT} text)
string(REGEX MATCH "assembly = \"([^\"]*)\"" found "${text}")
if(NOT found)
  message(FATAL_ERROR "${INPUT}: there is no PTX in it")
endif()
# An escape ends where the literal does: what follows may be a digit, too.
string(REGEX REPLACE "\\\\([0-9A-F][0-9A-F])" "\\\\x\\1\"\"" literal "${CMAKE_MATCH_1}")
file(WRITE ${OUTPUT} "\"${literal}\"\n")
