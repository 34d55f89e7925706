# What an installation has: libraries, C headers, tools, and the files that
# find_package(Aligned) and pkg-config look for.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Aligned)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/aligned-c
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT aligned)
install(TARGETS aligned EXPORT AlignedTargets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT aligned)
install(EXPORT AlignedTargets NAMESPACE Aligned::
  DESTINATION ${package_dir} COMPONENT aligned)

if(ALIGNED_ENABLE_COMPILER)
  # The jit finds the runtime beside itself.
  set_target_properties(aligned-jit PROPERTIES
    EXPORT_NAME jit INSTALL_RPATH "$ORIGIN")
  install(TARGETS aligned-jit EXPORT AlignedJitTargets
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT aligned)
  install(EXPORT AlignedJitTargets NAMESPACE Aligned::
    DESTINATION ${package_dir} COMPONENT aligned)
  set(tools aligned-compile aligned-eval aligned-opt aligned-run)
  set_target_properties(${tools} PROPERTIES
    INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}")
  install(TARGETS ${tools}
    RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT aligned)
endif()

configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/cmake/AlignedConfig.cmake.in
  ${PROJECT_BINARY_DIR}/cmake/AlignedConfig.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/cmake/AlignedConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
configure_file(${PROJECT_SOURCE_DIR}/cmake/aligned.pc.in
  ${PROJECT_BINARY_DIR}/cmake/aligned.pc @ONLY)
install(FILES
  ${PROJECT_BINARY_DIR}/cmake/AlignedConfig.cmake
  ${PROJECT_BINARY_DIR}/cmake/AlignedConfigVersion.cmake
  DESTINATION ${package_dir} COMPONENT aligned)
install(FILES ${PROJECT_BINARY_DIR}/cmake/aligned.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT aligned)
