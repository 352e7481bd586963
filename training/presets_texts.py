"""Texts that are easily read otherwise: many scripts, forms of one character, marks, emoji, control characters, long ones."""

import random
import unicodedata

SEED = 1
MIXED = 150

# What people write, one line a language.
LINES = [
    "The cat sits at the window and watches the birds.",
    "Die Katze sitzt am Fenster; Straße, Größe, Übermut.",
    "Le chat est assis à la fenêtre, œuvre naïve, ça va ?",
    "¿Dónde está el gato? ¡En la ventana, señor!",
    "O gato está à janela: coração, irmã, pães.",
    "Kot siedzi w oknie. Zażółć gęślą jaźń.",
    "Kedi pencerede oturuyor. İstanbul, ILIK, ığdır, şöyle.",
    "Příliš žluťoučký kůň úpěl ďábelské ódy.",
    "Con mèo ngồi bên cửa sổ, tiếng Việt có dấu, Nguyễn Thị Ước.",
    "Kissa istuu ikkunalla, älä pelkää.",
    "Kötturinn situr við gluggann, þú, æfing, ðað.",
    "Η γάτα κάθεται στο παράθυρο. ΟΔΟΣ ΣΟΦΟΣ, ὁ ἄνθρωπος.",
    "Кошка сидит на окне. Ёжик, ЭТО ХОРОШО, объём.",
    "Кішка сидить біля вікна, їжак і ґанок.",
    "Мачка седи крај прозора, ђак, љубав, џеп.",
    "Կատուն նստած է պատուհանի մոտ։ և ՈՒՐԱԽ",
    "კატა ფანჯარასთან ზის. ᲙᲐᲢᲐ",
    "החתול יושב ליד החלון. שָׁלוֹם עוֹלָם",
    "القطة تجلس على النافذة. مُحَمَّدٌ لا إله ﷺ ﻻ ﺍﻟﻌﺮﺑﻴﺔ ـــ",
    "گربه کنار پنجره می‌نشیند؛ کتاب‌ها ۱۲۳",
    "بلی کھڑکی کے پاس بیٹھی ہے۔ ٹھیک ہے",
    "बिल्ली खिड़की के पास बैठी है। क़ानून, ज़्यादा १२३",
    "বিড়ালটি জানালার পাশে বসে আছে। ড়, য়",
    "ਬਿੱਲੀ ਖਿੜਕੀ ਕੋਲ ਬੈਠੀ ਹੈ। ਖ਼ਬਰ",
    "બિલાડી બારી પાસે બેઠી છે.",
    "பூனை ஜன்னலில் அமர்ந்திருக்கிறது. கொடு",
    "పిల్లి కిటికీ దగ్గర కూర్చుంది.",
    "ಬೆಕ್ಕು ಕಿಟಕಿಯ ಬಳಿ ಕುಳಿತಿದೆ.",
    "പൂച്ച ജനാലയ്ക്കരികിൽ ഇരിക്കുന്നു. അവൻ",
    "පූසා ජනේලය ළඟ ඉන්නවා. ක්‍රියා",
    "แมวนั่งอยู่ที่หน้าต่าง น้ำใจ ทำไม ๑๒๓",
    "ແມວນັ່ງຢູ່ປ່ອງຢ້ຽມ ນ້ຳ ໜ້າ",
    "ឆ្មាអង្គុយនៅបង្អួច។",
    "ကြောင်က ပြတင်းပေါက်မှာ ထိုင်နေတယ်။",
    "ཞི་མི་སྒེའུ་ཁུང་ལ་སྡོད།",
    "ድመቷ በመስኮቱ ላይ ተቀምጣለች። ፩፪",
    "窗台上坐着一只猫，它在看鸟。“你好”……",
    "窗臺上坐著一隻貓，龍、龜、齒。",
    "猫が窓辺に座っている。ガギグゲゴ、ﾊﾟﾋﾟﾌﾟ ｶﾞ、㌔㍿㈱ 〜～",
    "고양이가 창가에 앉아 있다. 안녕하세요 ㄱㄴㄷ ﾡ",
    "𠀀𠮷野家 㐀 丽 𪚥 〇 々",
    "Муур цонхон дээр сууна. ᠮᠣᠩᠭᠣᠯ",
    "Ológbò jókòó lẹ́gbẹ̀ẹ́ fèrèsé. Ọ̀ṣun",
    "Ua noho ka pōpoki ma ka pukaaniani, Hawaiʻi.",
    "ᏪᏌ ᎤᏬᎳ ꮳꮃꭹ",
    "ⵜⴰⵎⴰⵣⵉⵖⵜ, 𞤀𞤣𞤤𞤢𞤥, 𐌰𐌱𐌲, 𓀀𓂀",
]

# What else turns up in texts.
ODD = [
    " ",
    "   ",
    "\t\n\r ",
    "\u00a0\u3000\u2003",
    "a",
    ".",
    "?!",
    "a\x00b\x07c\x1bd\x7fe\x9ff",
    "a\x85b\u2028c\u2029d\x0be\x0cf",
    "a\u200bb\u200cc\u200dd\u2060e\ufefff",
    "\ufeffbeginning",
    "soft\xadhyphen",
    "\u200eleft\u200fright\u202eover\u202c",
    "e\u0301 \u00e9 A\u030a \u00c5 \u212b",
    "q\u0307\u0323 q\u0323\u0307 o\u0302\u0301",
    "\u0301leading mark",
    "Z\u0351\u036b\u0343a\u0328\u033b\u034fl\u0321\u0353g\u0322\u035do",
    "①\u0301 ½\u0338 ﬁ\u0301 Ⅷ\u0302",
    "½ ① ㍿ Ⅷ ﷺ ℡ ㏒ ⑽ 🄰 🅱 🈁",
    "x² H₂O ª º ™ © ® ℃ Å Ω µ",
    "ﬀ ﬁ ﬂ ﬃ ﬄ ﬅ ﬆ ſ ẞ ß ŉ ǰ",
    "ｆｕｌｌ ｗｉｄｔｈ １２３ ！？",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𝓈𝒸𝓇𝒾𝓅𝓉 𝟘𝟙𝟚 𝕏",
    "ǅ ǈ Ǌ Ʉ Ⱥ ⱦ Ɐ Ꝺ ꟶ",
    "ẛ̣ ẹ̇ ΐ ΰ ᾳ ᾼ ῼ",
    "İ I i ı ΑΣ Σ ΑΣΑ ΑΣ. Σ\u0301",
    "⼀⼁ ⺀ 豈 更 﨑 \U0002f800 丽",
    "\u1100\u1161\u11a8 각 ᄀ ᅟ ㅤ",
    "ガ か\u3099 は\u309a ゟ ヿ",
    "กำ ก\u0e4dา ເກຳ ก\u0e48\u0e33",
    "क\u093c ड\u093c \u0958 \u095c ক\u09bc \u09dc",
    "\u0627\u0653 \u0622 \u0644\u0627 \ufefb \ufdfa",
    "😀 👍🏽 👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪🇯🇵 1️⃣ ✈️ ✈ ❤️‍🔥 🤷🏽‍♀️",
    "🫠🫡🥹🪿🩷🛜🫨",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "\ue000 \uf8ff \U000f0000 \U0010ffff \ufffd \ufffc",
    "\ufdd0 \uffff \u0378 \U0001fbff \U0003ffff",
    "۝ \u0600\u061c \u180e \U000110bd",
    "don't can't 'quoted' “curly” ‘single’ «guillemets» „low“ — – ‐ ‑ … ·",
    "a-b_c/d\\e@f#g$h%i^j&k*l(m)n[o]{p}|q~r`s<t>u=v+w",
    "https://example.org/a?b=1&c=%20#d user@example.org",
    "1,234.56 €12 £3 ¥4 ₹5 ₽6 $7.00 50% −3 ±2 ×÷",
    "2024-02-29T12:34:56Z 12:30 1st 3D v1.2.3 0xFF 1e-9",
    "snake_case camelCase ALLCAPS kebab-case",
    "if (a < b && c != d) { return x[i] ?? 'none'; } // TODO",
    "<b>bold</b> &amp; **bold** `code` [link](url)",
    "\\n \\u0041 \\",
    "▁a ▁ ##b ## _ ＿",
    "word\u0300\u0301\u0302\u0303\u0304\u0305word",
    "ŁÓDŹ łódź đ Đ ø Ø ħ ŧ",
    "  spaces   inside  and end  ",
    "tab\tand\nline\r\nend",
    "¡¿§¶†‡•‰′″‹›※⁂",
    "→ ← ↑ ⇒ ∀∃∈∉∑∫√∞≈≠≤≥",
    "─│┌┐█▓▒░ ■□▲△●○★☆♠♥♪",
    "⠓⠑⠇⠇⠕ 𝄞 ♭ ☃ ☕ ⌘ ⏎",
    "supercalifragilisticexpialidocious antidisestablishmentarianism",
    "x" * 99,
    "x" * 100,
    "x" * 101,
]

LONG = [
    "The harbour was quiet, and the boats had come in before the fog. " * 60,
    "word " * 700,
    "x" * 700 + " and then some",
    "日本語の長い文章です。" * 90,
    "แมวนั่งอยู่ที่หน้าต่างและดูนก" * 60,
    "Кошка сидит на окне и смотрит на птиц. " * 70,
    "قطة تجلس على النافذة وتنظر إلى الطيور. " * 70,
    "고양이가 창가에 앉아 새를 보고 있다. " * 70,
    "👩‍👩‍👧‍👦🇩🇪 " * 150,
    " ".join(LINES),
]


def all_texts() -> list[str]:
    """Each text once."""
    forms = ("NFD", "NFC", "NFKD")
    derived = [unicodedata.normalize(form, line) for line in LINES for form in forms]
    derived += [line.upper() for line in LINES] + [line.replace(" ", "") for line in LINES]
    pick = random.Random(SEED)
    words = [word for line in [*LINES, *ODD] for word in line.split()]
    glue = [" ", " ", " ", "", "-", ", ", "\n", "\u200b", "\u0301", "\u00a0", "\u200d"]
    mixed = ["".join(pick.choice(words)[:12] + pick.choice(glue) for _ in range(pick.randint(2, 12))) for _ in range(MIXED)]
    return list(dict.fromkeys([*LINES, *ODD, *derived, *mixed, *LONG]))
