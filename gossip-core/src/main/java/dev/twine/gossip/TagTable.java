package dev.twine.gossip;

import dev.twine.network.Lane;
import dev.twine.network.Tag;
import dev.twine.network.TagSpec;
import dev.twine.network.TagSpec.Duplicates;
import dev.twine.network.TagSpec.Kind;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All tags that a node knows: those of go-algorand's gossip protocol 2.2, Twine's own, and the ones
 * that its user defines. Immutable, so safe for every thread; lookups allocate nothing.
 *
 * <p>A message of a tag that is not in the table is read up to {@link #UNKNOWN_MAX_BYTES}, dropped and
 * counted, as go-algorand does.
 */
public final class TagTable {
  /** Agreement vote. */
  public static final Tag AV = Tag.of("AV");
  /** Proposal payload, compressed with zstd. */
  public static final Tag PP = Tag.of("PP");
  /** Statefully compressed vote: never asked for, as it is negotiated by a feature we lack. */
  public static final Tag VP = Tag.of("VP");
  /** Transaction group. */
  public static final Tag TX = Tag.of("TX");
  /** Vote bundle. */
  public static final Tag VB = Tag.of("VB");
  /** Unicast request, answered by {@link #TS}. */
  public static final Tag UE = Tag.of("UE");
  /** Answer to a request. */
  public static final Tag TS = Tag.of("TS");
  /** Message of interest: the tags that the sender wants. */
  public static final Tag MI = Tag.of("MI");
  /** Digest of a message that the sender has and need not get. */
  public static final Tag MS = Tag.of("MS");
  /** Last step of the identity challenge. */
  public static final Tag NI = Tag.of("NI");
  /** Answer to a priority challenge: read and ignored. */
  public static final Tag NP = Tag.of("NP");
  /** State-proof signature: sent only to peers that ask for it. */
  public static final Tag SP = Tag.of("SP");
  /** Envelopes of applications. */
  public static final Tag ENVELOPE = Tag.of("tw");
  /** Request between Twine nodes, for what is too large for {@link #UE}. */
  public static final Tag REQUEST = Tag.of("tq");
  /** Another tag and its body, for the receiver alone: it does not travel on. */
  public static final Tag DIRECT = Tag.of("td");
  /** Where other Twine nodes can be dialled. */
  public static final Tag EXCHANGE = Tag.of("te");
  /** Proof of identity between Twine nodes. */
  public static final Tag PROOF = Tag.of("tp");

  /** What the size of a message is judged by: its tag, and the tag inside {@link #DIRECT}. */
  public static final int HEAD_BYTES = 2 * Tag.LENGTH;

  /** What is read of a message with an unknown tag: the ceiling of go-algorand's read loop. */
  public static final int UNKNOWN_MAX_BYTES = TagSpec.MAX_BYTES;

  /** So many that a message of interest naming every tag stays below its 1024 bytes. */
  public static final int MAX_USER_DEFINED = 256;

  /** go-algorand's cap on a proposal, compressed or not: 0x501e3a. */
  static final int PROPOSAL_MAX_BYTES = 5_250_618;

  private static final int FIRST = '!';
  private static final int RADIX = '~' - FIRST + 1;
  private static final TagTable STANDARD = new TagTable(standardEntries());

  /** Where a tag comes from, which decides who may be sent it. */
  private enum Origin {
    ALGORAND,
    TWINE,
    USER
  }

  /** Whether peers get a tag without asking, and whether the engine itself consumes it. */
  private enum Use {
    GOSSIP,
    GOSSIP_ON_REQUEST,
    CONTROL
  }

  private record Entry(TagSpec spec, Origin origin, Use use) {}

  /** By both characters, so that a lookup is one multiplication. */
  private final @Nullable Entry[] byCode = new @Nullable Entry[RADIX * RADIX];

  private final List<TagSpec> specs;

  private TagTable(List<Entry> entries) {
    var all = new ArrayList<TagSpec>();
    for (Entry entry : entries) {
      byCode[slot(entry.spec.tag().code())] = entry;
      all.add(entry.spec);
    }
    specs = Collections.unmodifiableList(all);
  }

  /** The table without user-defined tags. */
  public static TagTable standard() {
    return STANDARD;
  }

  /**
   * The standard table and the tags of one application.
   *
   * @throws TwineException of code ALREADY_REGISTERED if a tag is taken, BAD_VALUE if it cannot be
   *     used, would travel for ever, or there are too many
   */
  public static TagTable with(Collection<TagSpec> userDefined) {
    if (userDefined.size() > MAX_USER_DEFINED) {
      throw new TwineException(
          Code.BAD_VALUE,
          "too many user-defined tags",
          String.valueOf(userDefined.size()),
          "define at most " + MAX_USER_DEFINED);
    }
    List<Entry> entries = standardEntries();
    var taken = new TagTable(entries);
    for (TagSpec spec : userDefined) {
      taken.checkFree(spec.tag());
      checkEnds(spec);
      var entry = new Entry(spec, Origin.USER, Use.GOSSIP);
      entries.add(entry);
      taken.byCode[slot(spec.tag().code())] = entry;
    }
    return new TagTable(entries);
  }

  /** Largest payload without the tag, also for a tag that is unknown or not printable. */
  public int maxBytes(int tagCode) {
    Entry entry = entry(tagCode);
    return entry == null ? UNKNOWN_MAX_BYTES : entry.spec.maxBytes();
  }

  /**
   * How large a message may be, by as much of its head as has arrived. A transport asks whenever it
   * knows more of the head, and before it buffers what follows. More of the head never allows more.
   *
   * @param head the first {@link #HEAD_BYTES} bytes of the message, big-endian; what is not known
   *     counts as nothing
   * @param known how many bytes of the head are known
   * @return bytes of the whole message, tag included
   */
  public int maxMessageBytes(int head, int known) {
    if (known < Tag.LENGTH) {
      return Tag.LENGTH + TagSpec.MAX_BYTES;
    }
    int tag = head >>> Short.SIZE;
    int own = Tag.LENGTH + maxBytes(tag);
    return tag == DIRECT.code() && known >= HEAD_BYTES
        ? Math.min(own, HEAD_BYTES + maxBytes(head & 0xffff))
        : own;
  }

  public boolean knows(int tagCode) {
    return entry(tagCode) != null;
  }

  /** What to do with that tag; null if it is unknown. */
  public @Nullable TagSpec spec(int tagCode) {
    Entry entry = entry(tagCode);
    return entry == null ? null : entry.spec;
  }

  /** True if the engine itself consumes messages of that tag, and applications may not send them. */
  public boolean isControl(int tagCode) {
    Entry entry = entry(tagCode);
    return entry != null && entry.use == Use.CONTROL;
  }

  /** True if only peers with the feature token {@code twine1} may be sent that tag, or its name. */
  public boolean isPrivate(int tagCode) {
    Entry entry = entry(tagCode);
    return entry != null && entry.origin != Origin.ALGORAND;
  }

  /**
   * The tags that a peer takes which has not said what it wants.
   *
   * @param twine whether the peer understands private tags
   * @return tag codes in ascending order
   */
  public int[] defaultInterest(boolean twine) {
    return specs.stream()
        .mapToInt(spec -> spec.tag().code())
        .filter(code -> twine || !isPrivate(code))
        .filter(code -> !isOnRequest(code))
        .sorted()
        .toArray();
  }

  /** Every tag of the table, the standard ones first. */
  public List<TagSpec> specs() {
    return specs;
  }

  private boolean isOnRequest(int tagCode) {
    Entry entry = entry(tagCode);
    return entry != null && entry.use == Use.GOSSIP_ON_REQUEST;
  }

  private @Nullable Entry entry(int tagCode) {
    int slot = slot(tagCode);
    return slot < 0 ? null : byCode[slot];
  }

  /** Negative if a character is not printable. */
  private static int slot(int tagCode) {
    int high = (tagCode >>> 8) - FIRST;
    int low = (tagCode & 0xff) - FIRST;
    boolean printable = high >= 0 && high < RADIX && low >= 0 && low < RADIX;
    return printable ? high * RADIX + low : -1;
  }

  private void checkFree(Tag tag) {
    if (knows(tag.code())) {
      throw new TwineException(
          Code.ALREADY_REGISTERED,
          isUserDefined(tag) ? "tag defined twice" : "tag reserved by the protocol",
          tag.toString(),
          "choose two other characters");
    }
    if (tag.toString().indexOf(',') >= 0) {
      throw new TwineException(
          Code.BAD_VALUE,
          "a tag cannot contain a comma",
          tag.toString(),
          "choose another: commas separate tags in a message of interest");
    }
    if (MessagesOfInterest.isRetired(tag.code())) {
      throw new TwineException(
          Code.BAD_VALUE,
          "tag retired by the protocol",
          tag.toString(),
          "choose another: peers skip it in a message of interest");
    }
  }

  /** Copies of a relayed tag that nobody stops go round between three nodes for ever. */
  private static void checkEnds(TagSpec spec) {
    if (spec.kind() == Kind.RELAYED && spec.duplicates() == Duplicates.KEPT) {
      throw new TwineException(
          Code.BAD_VALUE,
          "a relayed tag cannot keep its duplicates",
          spec.tag().toString(),
          "deduplicate it by content, or make its kind direct");
    }
  }

  private boolean isUserDefined(Tag tag) {
    Entry entry = entry(tag.code());
    return entry != null && entry.origin == Origin.USER;
  }

  /** Limits of protocol/tags.go, section 2.1 of the wire page, unless a reason stands beside. */
  private static List<Entry> standardEntries() {
    var entries = new ArrayList<Entry>();
    Lane high = Lane.PRIORITY;
    Lane bulk = Lane.BULK;
    gossip(entries, AV, high, 1228);
    gossip(entries, PP, high, PROPOSAL_MAX_BYTES);
    control(entries, VP, high, 1228);
    gossip(entries, TX, bulk, 5_000_000);
    gossip(entries, VB, bulk, TagSpec.MAX_BYTES);
    request(entries, UE, Origin.ALGORAND, 67);
    control(entries, TS, bulk, TagSpec.MAX_BYTES);
    // go-algorand takes 48, which its own tags fill; twine1 peers name more.
    control(entries, MI, high, MessagesOfInterest.MAX_BYTES);
    control(entries, MS, bulk, 69);
    control(entries, NI, high, 215);
    control(entries, NP, high, 850);
    var stateProof = new TagSpec(SP, bulk, 6378, Kind.RELAYED, Duplicates.BY_CONTENT);
    entries.add(new Entry(stateProof, Origin.ALGORAND, Use.GOSSIP_ON_REQUEST));
    var envelope = new TagSpec(
        ENVELOPE, bulk, TagSpec.DEFAULT_MAX_BYTES, Kind.RELAYED, Duplicates.BY_ENVELOPE_ID);
    entries.add(new Entry(envelope, Origin.TWINE, Use.GOSSIP));
    request(entries, REQUEST, Origin.TWINE, TagSpec.DEFAULT_MAX_BYTES);
    var proof = new TagSpec(PROOF, high, IdentityProof.MAX_BYTES, Kind.DIRECT, Duplicates.KEPT);
    entries.add(new Entry(proof, Origin.TWINE, Use.CONTROL));
    var exchange =
        new TagSpec(EXCHANGE, bulk, ExchangeCodec.MAX_BYTES, Kind.DIRECT, Duplicates.KEPT);
    entries.add(new Entry(exchange, Origin.TWINE, Use.CONTROL));
    // The tag inside has a limit of its own, which is checked when it is known.
    var direct = new TagSpec(DIRECT, bulk, TagSpec.MAX_BYTES, Kind.DIRECT, Duplicates.KEPT);
    entries.add(new Entry(direct, Origin.TWINE, Use.CONTROL));
    return entries;
  }

  private static void gossip(List<Entry> entries, Tag tag, Lane lane, int maxBytes) {
    var spec = new TagSpec(tag, lane, maxBytes, Kind.RELAYED, Duplicates.BY_CONTENT);
    entries.add(new Entry(spec, Origin.ALGORAND, Use.GOSSIP));
  }

  private static void control(List<Entry> entries, Tag tag, Lane lane, int maxBytes) {
    var spec = new TagSpec(tag, lane, maxBytes, Kind.DIRECT, Duplicates.KEPT);
    entries.add(new Entry(spec, Origin.ALGORAND, Use.CONTROL));
  }

  private static void request(List<Entry> entries, Tag tag, Origin origin, int maxBytes) {
    var spec = new TagSpec(tag, Lane.BULK, maxBytes, Kind.REQUEST, Duplicates.KEPT);
    entries.add(new Entry(spec, origin, Use.GOSSIP));
  }
}
