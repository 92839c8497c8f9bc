/**
 * @file ethernet.c
 * @brief A driver of lwIP for the SMSC LAN9118, as QEMU's mps2-an385 has it.
 *
 * The interrupt masks itself and has lwIP's task take the frames that have come; so no task of its own is needed. Should
 * lwIP's queue have no room for that, the frames are taken by a timeout. Registers: LAN9118 datasheet, chapter 5.
 *
 * SPDX-License-Identifier: MIT
 */
#include "ethernet.h"

#include "board.h"

#include <FreeRTOS.h>
#include <lwip/etharp.h>
#include <lwip/tcpip.h>
#include <lwip/timeouts.h>
#include <netif/ethernet.h>
#include <task.h>
#include <stdbool.h>
#include <string.h>

/** @brief A register. */
#define REGISTER(offset) (*(volatile uint32_t *)(0x40200000u + (offset)))
#define RX_DATA REGISTER(0x00)       /**< @brief The frames that have come. */
#define TX_DATA REGISTER(0x20)       /**< @brief Those that go. */
#define RX_STATUS REGISTER(0x40)     /**< @brief Of each one that has come; reading takes it. */
#define TX_STATUS REGISTER(0x48)     /**< @brief Of each one that is gone. */
#define IRQ_CFG REGISTER(0x54)       /**< @brief The pin of the interrupt. */
#define INT_STS REGISTER(0x58)       /**< @brief What has happened; writing takes it back. */
#define INT_EN REGISTER(0x5C)        /**< @brief What interrupts. */
#define FIFO_INT REGISTER(0x68)      /**< @brief With more status words than this comes an interrupt. */
#define RX_CFG REGISTER(0x6C)        /**< @brief Receiving. */
#define TX_CFG REGISTER(0x70)        /**< @brief Sending. */
#define HW_CFG REGISTER(0x74)        /**< @brief Memory, reset. */
#define RX_FIFO_INF REGISTER(0x7C)   /**< @brief How much has come. */
#define TX_FIFO_INF REGISTER(0x80)   /**< @brief How much room there is to send. */
#define MAC_CSR_CMD REGISTER(0xA4)   /**< @brief Access to the MAC's registers. */
#define MAC_CSR_DATA REGISTER(0xA8)  /**< @brief The same. */
#define IRQ_ENABLED 0x111u           /**< @brief On, active high, push-pull. */
#define RX_STATUS_LEVEL (1u << 3)    /**< @brief The interrupt: frames have come. */
#define HW_RESET 1u                  /**< @brief In HW_CFG. */
#define HW_5_KB_TO_SEND 0x00150000u  /**< @brief In HW_CFG, with the bit that must be one. */
#define TX_ON 2u                     /**< @brief In TX_CFG. */
#define TX_WHOLE_FRAME 0x3000u       /**< @brief In a command: its first and last piece. */
#define RX_ERROR (1u << 15)          /**< @brief In RX_STATUS. */
#define MAC_BUSY (1u << 31)          /**< @brief In MAC_CSR_CMD. */
#define MAC_CR 1u                    /**< @brief A register of the MAC: control. */
#define MAC_ADDRESS_HIGH 2u          /**< @brief The same: two octets of the address. */
#define MAC_ADDRESS_LOW 3u           /**< @brief The same: the first four. */
#define MAC_FULL_DUPLEX (1u << 20)   /**< @brief In MAC_CR. */
#define MAC_SEND_AND_RECEIVE 0x000Cu /**< @brief In MAC_CR. */
#define CRC 4u                       /**< @brief Octets at the end of what has come. */
#define FRAME 1514u                  /**< @brief Octets of the largest frame. */
#define LATE_MS 250u                 /**< @brief When frames are looked for that no interrupt has announced. */

static struct netif interface;              /**< @brief lwIP's. */
static struct tcpip_callback_msg *received; /**< @brief What the interrupt has lwIP's task do. */
static uint32_t frame[(FRAME + 3) / 4];     /**< @brief A frame on its way; under lwIP's lock. */

/** @brief Writes a register of the MAC. @param index which one. @param value the value. */
static void set_mac(uint32_t index, uint32_t value) {
    MAC_CSR_DATA = value;
    MAC_CSR_CMD = MAC_BUSY | index;
    while ((MAC_CSR_CMD & MAC_BUSY) != 0) {
    }
}

/** @brief Sends a frame. @param netif the interface. @param packet the frame. @return ERR_OK, or ERR_BUF: there is no room. */
static err_t send_frame(struct netif *netif, struct pbuf *packet) {
    uint32_t length = packet->tot_len;

    (void)netif;
    while ((TX_FIFO_INF >> 16 & 0xFFu) != 0) {
        (void)TX_STATUS; /* else the chip stops when its words are all in use */
    }
    if (length > FRAME || (TX_FIFO_INF & 0xFFFFu) < length + 3 + 8) {
        return ERR_BUF;
    }
    (void)pbuf_copy_partial(packet, frame, (u16_t)length, 0);
    TX_DATA = TX_WHOLE_FRAME | length;
    TX_DATA = length;
    for (uint32_t i = 0; i < (length + 3) / 4; i++) {
        TX_DATA = frame[i];
    }
    return ERR_OK;
}

/** @brief Takes a frame out of the chip. @param length its octets, with the CRC. @param is_good it is passed to lwIP. */
static void take_frame(uint32_t length, bool is_good) {
    uint32_t words = (length + 3) / 4;

    for (uint32_t i = 0; i < words; i++) {
        uint32_t word = RX_DATA;
        if (i < sizeof frame / sizeof frame[0]) {
            frame[i] = word;
        }
    }
    if (!is_good || length <= CRC || length - CRC > FRAME) {
        return;
    }
    struct pbuf *packet = pbuf_alloc(PBUF_RAW, (u16_t)(length - CRC), PBUF_POOL);
    if (packet != NULL &&
        (pbuf_take(packet, frame, (u16_t)(length - CRC)) != ERR_OK || interface.input(packet, &interface) != ERR_OK)) {
        (void)pbuf_free(packet);
    }
}

/** @brief In lwIP's task: takes what has come. The interrupt may come again before it looks, but not after. */
static void take_frames(void *unused) {
    (void)unused;
    INT_STS = RX_STATUS_LEVEL;
    INT_EN = RX_STATUS_LEVEL;
    while ((RX_FIFO_INF >> 16 & 0xFFu) != 0) {
        uint32_t status = RX_STATUS;
        take_frame(status >> 16 & 0x3FFFu, (status & RX_ERROR) == 0);
    }
}

/** @brief In lwIP's task: the same, again and again. */
static void take_late_frames(void *unused) {
    take_frames(unused);
    sys_timeout(LATE_MS, take_late_frames, NULL);
}

/** @brief The interrupt. */
static void on_interrupt(void) {
    INT_EN = 0;
    if (tcpip_callbackmsg_trycallback_fromisr(received) == ERR_NEED_SCHED) {
        portYIELD_FROM_ISR(pdTRUE);
    }
}

/** @brief lwIP's: fills in the interface, and starts the chip. @param netif the interface. @return ERR_OK. */
static err_t start_chip(struct netif *netif) {
    static const uint8_t address[6] = {0x02, 0x50, 0x54, 0x4B, 0x00, 0x01};

    HW_CFG = HW_RESET;
    while ((HW_CFG & HW_RESET) != 0) {
    }
    HW_CFG = HW_5_KB_TO_SEND;
    memcpy(netif->hwaddr, address, sizeof address);
    netif->hwaddr_len = sizeof address;
    netif->mtu = 1500;
    netif->flags |= NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_LINK_UP;
    netif->name[0] = 'e';
    netif->name[1] = 'n';
    netif->output = etharp_output;
    netif->linkoutput = send_frame;
    set_mac(MAC_ADDRESS_HIGH, (uint32_t)address[5] << 8 | address[4]);
    set_mac(MAC_ADDRESS_LOW,
            (uint32_t)address[3] << 24 | (uint32_t)address[2] << 16 | (uint32_t)address[1] << 8 | address[0]);
    set_mac(MAC_CR, MAC_FULL_DUPLEX | MAC_SEND_AND_RECEIVE);
    RX_CFG = 0;
    TX_CFG = TX_ON;
    FIFO_INT = 0;
    IRQ_CFG = IRQ_ENABLED;
    return ERR_OK;
}

void ethernet_start(void) {
    ip4_addr_t address;
    ip4_addr_t mask;
    ip4_addr_t gateway;

    IP4_ADDR(&address, 10, 0, 2, 15);
    IP4_ADDR(&mask, 255, 255, 255, 0);
    IP4_ADDR(&gateway, 10, 0, 2, 2);
    received = tcpip_callbackmsg_new(take_frames, NULL);
    LOCK_TCPIP_CORE();
    if (received == NULL ||
        netif_add(&interface, &address, &mask, &gateway, NULL, start_chip, ethernet_input) == NULL) {
        board_failed("no Ethernet", 0);
    }
    netif_set_default(&interface);
    netif_set_up(&interface);
    board_ethernet(on_interrupt);
    take_late_frames(NULL);
    UNLOCK_TCPIP_CORE();
}
