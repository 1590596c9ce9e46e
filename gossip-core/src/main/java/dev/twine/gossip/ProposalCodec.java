package dev.twine.gossip;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * The zstd compression of proposals, tag {@code PP}.
 *
 * <p>A body without the magic number passes as it is, as go-algorand lets it. Decompression counts its
 * output as it comes and trusts no declared size. Both directions take CPU time in proportion to the
 * larger of input and output: not for the broadcast worker. Safe for every thread.
 */
final class ProposalCodec {
  /** go-algorand's cap on decompressed proposals. */
  static final int MAX_BYTES = TagTable.PROPOSAL_MAX_BYTES;

  /** 8 MiB: the least that covers the cap, so that a window cannot cost more than a proposal. */
  static final int MAX_WINDOW_LOG = 23;

  /** zstd's "best speed". */
  private static final int LEVEL = 1;

  private static final int MAGIC = 0x28b52ffd;
  private static final int MAGIC_BYTES = 4;
  private static final int CHUNK = 64 * 1024;

  private ProposalCodec() {}

  static byte[] compress(byte[] body) {
    return Zstd.compress(body, LEVEL);
  }

  /**
   * The body as its sender had it; the array itself if it was not compressed.
   *
   * @throws BadMessageException if it is not exactly one sound frame without a dictionary, or larger
   *     than the cap
   */
  static byte[] decompress(byte[] body) {
    if (!isCompressed(body)) {
      return body;
    }
    checkFrame(body);
    try (var in = new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(body))) {
      in.setLongMax(MAX_WINDOW_LOG);
      return drain(in);
    } catch (IOException e) {
      throw new BadMessageException("zstd frame that cannot be decompressed", e);
    }
  }

  static boolean isCompressed(byte[] body) {
    return body.length > MAGIC_BYTES
        && ((body[0] & 0xff) << 24
                | (body[1] & 0xff) << 16
                | (body[2] & 0xff) << 8
                | (body[3] & 0xff))
            == MAGIC;
  }

  /** Looks at headers only; allocates nothing. */
  private static void checkFrame(byte[] body) {
    if (frameBytes(body) != body.length) {
      throw new BadMessageException("zstd frame cut short or with bytes behind it");
    }
    if (Zstd.getDictIdFromFrame(body) != 0) {
      throw new BadMessageException("zstd frame with a dictionary");
    }
    if (Zstd.getFrameContentSize(body) > MAX_BYTES) {
      throw new BadMessageException("proposal larger than " + MAX_BYTES + " bytes");
    }
  }

  private static long frameBytes(byte[] body) {
    try {
      return Zstd.findFrameCompressedSize(body);
    } catch (ZstdException e) {
      throw new BadMessageException("zstd frame with a malformed block", e);
    }
  }

  private static byte[] drain(ZstdInputStreamNoFinalizer in) throws IOException {
    var out = new ByteArrayOutputStream(CHUNK);
    byte[] chunk = new byte[CHUNK];
    for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
      if (out.size() + read > MAX_BYTES) {
        throw new BadMessageException("proposal larger than " + MAX_BYTES + " bytes");
      }
      out.write(chunk, 0, read);
    }
    return out.toByteArray();
  }
}
