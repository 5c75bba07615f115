package engine

import (
	"syscall"
	"unsafe"
)

// The descriptors never block, so the scheduler need not know of these calls (RawSyscall). An interrupted call is made
// again: there would be no further readiness to wait for.

func rawWrite(fd uintptr, p []byte) (int, syscall.Errno) { return raw(syscall.SYS_WRITE, fd, p) }
func rawRead(fd uintptr, p []byte) (int, syscall.Errno)  { return raw(syscall.SYS_READ, fd, p) }

func raw(call, fd uintptr, p []byte) (int, syscall.Errno) {
	for {
		n, _, errno := syscall.RawSyscall(call, fd, uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)))
		if errno != syscall.EINTR {
			return int(n), errno
		}
	}
}
