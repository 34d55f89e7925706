# What an installation has: the runtime, its C headers, and how to find them.
# The JIT library adds itself to the export set AlignedJitTargets, which
# AlignedConfig.cmake includes where it is there.
include(CMakePackageConfigHelpers)

set(ALIGNED_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/Aligned)

install(TARGETS aligned EXPORT AlignedTargets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/aligned-c
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.h")
install(EXPORT AlignedTargets
  NAMESPACE Aligned::
  DESTINATION ${ALIGNED_CMAKE_DIR})
# A build tree is found too: CMAKE_PREFIX_PATH=<build>/cmake.
export(EXPORT AlignedTargets
  NAMESPACE Aligned::
  FILE ${PROJECT_BINARY_DIR}/cmake/AlignedTargets.cmake)

configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/cmake/AlignedConfig.cmake.in
  ${PROJECT_BINARY_DIR}/cmake/AlignedConfig.cmake
  INSTALL_DESTINATION ${ALIGNED_CMAKE_DIR})
# Before 1.0 a minor version may break what is built against another.
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/cmake/AlignedConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/cmake/AlignedConfig.cmake
  ${PROJECT_BINARY_DIR}/cmake/AlignedConfigVersion.cmake
  DESTINATION ${ALIGNED_CMAKE_DIR})

# The file finds its prefix from where it lies, so that an installation can be
# moved. GNUInstallDirs may be given absolute paths, which cannot.
if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}")
  set(ALIGNED_PC_PREFIX "${CMAKE_INSTALL_PREFIX}")
else()
  file(RELATIVE_PATH up "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
  set(ALIGNED_PC_PREFIX "\${pcfiledir}/${up}")
endif()
foreach(dir LIBDIR INCLUDEDIR)
  if(IS_ABSOLUTE "${CMAKE_INSTALL_${dir}}")
    set(ALIGNED_PC_${dir} "${CMAKE_INSTALL_${dir}}")
  else()
    set(ALIGNED_PC_${dir} "\${prefix}/${CMAKE_INSTALL_${dir}}")
  endif()
endforeach()
configure_file(
  ${PROJECT_SOURCE_DIR}/cmake/aligned.pc.in
  ${PROJECT_BINARY_DIR}/cmake/aligned.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/cmake/aligned.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
