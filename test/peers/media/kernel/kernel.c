/* Stands in for Xen on a medium made by the test: tells on the first serial port how it was started, the command line and a hash of each module, and ends
   QEMU by isa-debug-exit. Started by multiboot 1 (mboot.c32, PXELINUX, iPXE) and by multiboot 2 (GRUB). Freestanding, 32 bits. */
typedef unsigned int u32;
typedef unsigned short u16;
typedef unsigned char u8;

#define MB1_FLAGS 3u
#define MB2_MAGIC 0xE85250D6u

__attribute__((section(".head"), used, aligned(8))) static const u32 multiboot1[] = {0x1BADB002u, MB1_FLAGS, -(0x1BADB002u + MB1_FLAGS)};

__attribute__((section(".head"), used, aligned(8))) static const struct {
  u32 magic, architecture, length, checksum;
  u16 type, flags;
  u32 size;
} multiboot2 = {MB2_MAGIC, 0, 24, -(MB2_MAGIC + 24u), 0, 0, 8};

static u8 stack[16384] __attribute__((used, aligned(16)));

__asm__(".globl _start\n"
        "_start:\n"
        "  cli\n"
        "  mov $(stack + 16384), %esp\n"
        "  push %ebx\n"
        "  push %eax\n"
        "  call start\n"
        "1: hlt\n"
        "  jmp 1b\n");

static void out8(u16 port, u8 value) { __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port)); }
static void out32(u16 port, u32 value) { __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port)); }
static u8 in8(u16 port) {
  u8 value;
  __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}

static void put(char c) {
  while ((in8(0x3fd) & 0x20) == 0)
    ;
  out8(0x3f8, (u8)c);
}

static void say(const char *text) {
  while (*text)
    put(*text++);
}

static void hex(u32 value) {
  for (int shift = 28; shift >= 0; shift -= 4)
    put("0123456789abcdef"[(value >> shift) & 15]);
}

/* FNV-1a, and the length: enough to tell that a module arrived whole. */
static void module(u32 from, u32 to, const char *line) {
  u32 hash = 2166136261u;
  for (const u8 *at = (const u8 *)from; at < (const u8 *)to; at++)
    hash = (hash ^ *at) * 16777619u;
  say("MODULE ");
  hex(to - from);
  put(' ');
  hex(hash);
  put(' ');
  say(line);
  say("\r\n");
}

static void fromMultiboot1(const u32 *info) {
  say("XEN ");
  say((const char *)info[4]);
  say("\r\n");
  const u32 *modules = (const u32 *)info[6];
  for (u32 count = 0; count < info[5]; count++, modules += 4)
    module(modules[0], modules[1], (const char *)modules[2]);
}

static void fromMultiboot2(const u8 *info) {
  for (const u8 *tag = info + 8;; tag += (*(const u32 *)(tag + 4) + 7) & ~7u) {
    const u32 type = *(const u32 *)tag;
    if (type == 0)
      return;
    if (type == 1) {
      say("XEN ");
      say((const char *)tag + 8);
      say("\r\n");
    }
    if (type == 3)
      module(((const u32 *)tag)[2], ((const u32 *)tag)[3], (const char *)tag + 16);
  }
}

void start(u32 magic, const void *info) {
  say("\r\nSTARTED BY MULTIBOOT ");
  put(magic == 0x2BADB002u ? '1' : '2');
  say("\r\n");
  if (magic == 0x2BADB002u)
    fromMultiboot1(info);
  else
    fromMultiboot2(info);
  say("DONE\r\n");
  out32(0xf4, 0x10);
}
