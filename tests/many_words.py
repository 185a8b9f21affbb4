"""The words that tests.many_designs draws from: what Indonesian workshops make, in both languages.

In each list the first are the most frequent: they are drawn by Zipf's law.
"""

from __future__ import annotations

# By craft: what is made of it, (Indonesian, English).
THINGS = {
    "ceramics": (
        ("mangkuk", "bowl"), ("piring", "plate"), ("cangkir", "cup"), ("vas", "vase"), ("teko", "teapot"),
        ("guci", "jar"), ("kendi", "water jug"), ("mug", "mug"), ("piring saji", "serving platter"),
        ("pot tanaman", "planter"), ("tempat lilin", "candle holder"), ("tempat sabun", "soap dish"),
        ("set teh", "tea set"), ("ubin", "tile"), ("asbak", "ashtray"), ("cobek", "mortar"), ("celengan", "money box"),
    ),
    "wood": (
        ("talenan", "cutting board"), ("nampan", "tray"), ("sendok", "spoon"), ("bangku", "stool"),
        ("mangkuk salad", "salad bowl"), ("kursi", "chair"), ("meja kopi", "coffee table"), ("kotak", "box"),
        ("rak buku", "bookshelf"), ("cermin", "mirror"), ("topeng", "mask"), ("lampu meja", "table lamp"),
        ("bingkai foto", "picture frame"), ("mainan", "toy"), ("tempat pensil", "pencil holder"), ("lemari", "cabinet"),
    ),
    "rattan_bamboo": (
        ("keranjang", "basket"), ("nampan", "tray"), ("kap lampu", "lampshade"), ("kursi", "chair"),
        ("tas", "bag"), ("tatakan", "placemat"), ("kotak tisu", "tissue box"), ("tempat roti", "bread basket"),
        ("penyekat ruang", "room divider"), ("besek", "bamboo box"), ("topi caping", "conical hat"), ("kipas", "fan"),
        ("ayunan", "swing"), ("tempat majalah", "magazine rack"), ("tikar", "mat"),
    ),
    "metal": (
        ("lampu gantung", "pendant lamp"), ("nampan", "tray"), ("mangkuk", "bowl"), ("pegangan pintu", "door handle"),
        ("tempat lilin", "candlestick"), ("lonceng", "bell"), ("bokor", "offering bowl"), ("pisau", "knife"),
        ("wastafel", "washbasin"), ("gong", "gong"), ("kait dinding", "wall hook"), ("patung", "sculpture"),
        ("ceret", "kettle"), ("dulang", "salver"),
    ),
    "textile_batik": (
        ("selendang", "shawl"), ("kain panjang", "long cloth"), ("sarung", "sarong"), ("taplak meja", "tablecloth"),
        ("sarung bantal", "cushion cover"), ("syal", "scarf"), ("kemeja", "shirt"), ("hiasan dinding", "wall hanging"),
        ("tas kain", "tote bag"), ("serbet", "napkin"), ("selimut", "throw"), ("gaun", "dress"), ("karpet", "rug"),
        ("jaket", "jacket"),
    ),
    "leather": (
        ("dompet", "wallet"), ("tas selempang", "shoulder bag"), ("ikat pinggang", "belt"), ("sepatu", "shoes"),
        ("sandal", "sandals"), ("sampul buku", "book cover"), ("tempat kartu", "card holder"), ("wayang", "puppet"),
        ("ransel", "backpack"), ("gelang", "bracelet"), ("koper", "suitcase"), ("gantungan kunci", "key ring"),
    ),
    "silver": (
        ("cincin", "ring"), ("anting", "earrings"), ("kalung", "necklace"), ("gelang", "bracelet"), ("bros", "brooch"),
        ("liontin", "pendant"), ("kotak perhiasan", "jewellery box"), ("sendok teh", "teaspoon"),
        ("tusuk konde", "hairpin"), ("miniatur", "miniature"), ("bingkai", "frame"),
    ),
    "stone": (
        ("cobek", "mortar"), ("patung", "statue"), ("pot", "planter"), ("lampion taman", "garden lantern"),
        ("wastafel", "basin"), ("tatakan gelas", "coaster"), ("air mancur", "fountain"), ("ubin", "tile"),
        ("penahan buku", "bookend"), ("meja", "table"), ("relief", "relief panel"),
    ),
    "other": (
        ("lilin", "candle"), ("buku catatan", "notebook"),
        ("hiasan natal", "christmas ornament"),
        ("kancing", "button"), ("kotak hadiah", "gift box"), ("mobile gantung", "hanging mobile"),
        ("wayang kertas", "paper puppet"),
        ("bunga kering", "dried flower"), ("sabun", "soap"),
    ),
}  # fmt: skip
# How much of the catalog each craft is.
SHARES = {
    "textile_batik": 0.24, "ceramics": 0.2, "wood": 0.17, "rattan_bamboo": 0.14, "silver": 0.08, "metal": 0.07,
    "leather": 0.05, "stone": 0.03, "other": 0.02,
}  # fmt: skip
# A typical longest side in mm and a typical price in thousands of rupiah, by craft.
USUAL = {
    "ceramics": (190, 180), "wood": (380, 350), "rattan_bamboo": (360, 220), "metal": (310, 480),
    "textile_batik": (1400, 420), "leather": (260, 450), "silver": (45, 650), "stone": (340, 560), "other": (150, 90),
}  # fmt: skip
QUALITIES = (
    ("kecil", "small"), ("besar", "large"), ("bundar", "round"), ("polos", "plain"), ("berukir", "carved"),
    ("tipis", "thin"), ("lipat", "folding"), ("persegi", "square"), ("oval", "oval"), ("tinggi", "tall"),
    ("bertutup", "lidded"), ("berlubang", "pierced"), ("dangkal", "shallow"), ("dalam", "deep"), ("kembar", "twin"),
    ("ringan", "light"), ("tebal", "thick"), ("halus", "fine"), ("kasar", "rough"), ("bertumpuk", "stacking"),
)  # fmt: skip
MOTIFS = (
    ("kawung", "kawung"), ("parang", "parang"), ("bunga", "flower"), ("daun", "leaf"), ("mega mendung", "cloud"),
    ("ombak", "wave"), ("sisik ikan", "fish scale"), ("burung", "bird"), ("sulur", "tendril"), ("garis", "stripe"),
    ("kotak-kotak", "chequered"), ("truntum", "truntum"), ("bulan", "moon"), ("tumpal", "tumpal"),
    ("gunung", "mountain"),
    ("kupu-kupu", "butterfly"), ("naga", "dragon"), ("poleng", "poleng"), ("sekar jagad", "sekar jagad"),
    ("bambu", "bamboo stalk"), ("hujan", "rain"), ("anyam", "basketweave"), ("teratai", "lotus"), ("merak", "peacock"),
    ("gajah", "elephant"), ("ceplok", "ceplok"), ("pucuk rebung", "bamboo shoot"), ("bintang", "star"),
)  # fmt: skip
NAMES = (
    "Lereng", "Senja", "Merapi", "Sawah", "Rimba", "Samudra", "Pagi", "Kencana", "Wening", "Laras", "Gading", "Tirta",
    "Asri", "Cakra", "Lestari", "Puspa", "Surya", "Bayu", "Kenanga", "Melati", "Jenggala", "Sagara", "Nusa", "Akar",
    "Embun", "Rona", "Kala", "Arum", "Teduh", "Batara", "Sekar", "Pelangi", "Randu", "Dahlia", "Suluh", "Tunas",
    "Cempaka", "Ranting", "Kirana", "Wijaya", "Seruni", "Palapa", "Gema", "Nirmala", "Cahaya", "Pesisir", "Telaga",
)  # fmt: skip
STUDIO_KINDS = ("Studio", "Sanggar", "Rumah", "Kriya", "Bengkel", "Galeri", "Omah", "Griya", "Atelier", "Pondok")
PLACES = (
    "Yogyakarta", "Jepara", "Pekalongan", "Ubud", "Bandung", "Surakarta", "Cirebon", "Kasongan", "Klaten", "Malang",
    "Tasikmalaya", "Denpasar", "Lombok", "Garut", "Semarang", "Plered", "Bantul", "Boyolali", "Magelang", "Toraja",
    "Palembang", "Makassar", "Pontianak", "Banjarmasin", "Kupang", "Sumba", "Lasem", "Cianjur", "Padang", "Medan",
    "Jambi", "Ambon", "Manado", "Palu", "Ternate", "Bima", "Mataram", "Kudus", "Tuban", "Madura",
)  # fmt: skip
COLOURS = (
    ("sogan", "sogan brown", "#7A4A24"), ("nila", "indigo", "#1F3A5F"), ("krem", "cream", "#E8D9B8"),
    ("putih tulang", "bone white", "#F4F0E6"), ("hitam", "black", "#1E1B19"), ("jati", "teak", "#A9743F"),
    ("hijau seladon", "celadon green", "#8FB09A"), ("merah bata", "brick red", "#A23325"),
    ("perak", "silver", "#B9BCC0"),
    ("tembaga", "copper", "#B06A3B"), ("kunyit", "turmeric", "#D69A1E"), ("abu batu", "stone grey", "#7E7B76"),
    ("hijau lumut", "moss green", "#5E6B3A"), ("biru laut", "sea blue", "#2E6F95"),
    ("merah marun", "maroon", "#6B1F2A"),
    ("merah muda", "pink", "#E3A2AE"), ("ungu terung", "aubergine", "#4C2A4F"), ("jingga", "orange", "#D9772B"),
    ("kuning padi", "rice yellow", "#E3C565"), ("biru langit", "sky blue", "#9CC3DA"),
)  # fmt: skip
SENTENCES = (
    ("Dibuat tangan di {place}, sehingga setiap {thing} sedikit berbeda.",
     "Made by hand in {place_en}, so that each {thing_en} differs a little."),
    ("Motif {motif} dikerjakan perajin {place} sejak lama.",
     "The {motif_en} pattern has long been the work of makers in {place_en}."),
    ("Warna {colour} didapat dari bahan alami.", "The {colour_en} comes from natural materials."),
    ("Cocok untuk meja makan, hotel, dan hadiah.", "Suited to the table, to hotels and as a gift."),
    ("{quality} di tangan, kuat untuk dipakai setiap hari.", "{quality_en} in the hand, strong enough for every day."),
    ("Permukaannya digosok berkali-kali sampai halus.", "The surface is rubbed many times until it is smooth."),
    ("Terinspirasi cahaya pagi di sawah dan bentuk {motif}.",
     "Inspired by morning light over the rice fields and the shape of a {motif_en}."),
    ("Dikirim dalam kotak kardus daur ulang.", "Shipped in a box of recycled board."),
)  # fmt: skip
