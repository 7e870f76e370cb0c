#!/usr/bin/env python3
"""Writes the demo: contacts.vcf (vCard 4.0) and directory.ldif (LDIF v1). With --check it only says whether they are fresh.

Every person, company and address is invented. Phone numbers come from ranges reserved for fiction, or cannot exist.
"""
import base64
import pathlib
import random
import sys
import unicodedata
import uuid

HERE = pathlib.Path(__file__).parent
PEOPLE_IN_DIRECTORY = 2000
CONTACTS = 200

# Three lines each: country|order of names|phone|mobile (# any digit, % not zero)|companies (name=host);
# given names|family names (native:latin, _ for a blank); towns, each with postal code and street.
CULTURES = """
United Kingdom|given family|+44 1632 960###|+44 7700 900###|Fernhill Bakery=fernhill;Applegarth & Daughters=applegarth;Saltmarsh Instruments=saltmarsh
Hattie Corin Maud Ellis Tamsin Piers Wilf Morwenna Jory Bryony Alfie Nesta Rhun Isolde|Thackwray Penhallow Oddy Birkinshaw Trelawney Akehurst Sowerbutts Wrigglesworth Pascoe Quirk Applegarth Treloar
Whitby,YO21 9ZZ,4 Harbour Row;Totnes,TQ9 9ZZ,Mill Cottage, Fore Street;Leeds,LS2 9ZZ,18 Canal Walk
United States|given family|+1 206 555 01##|+1 503 555 01##|Heron & Pike Surveyors=heronpike;Third Stair Bindery=thirdstair;Grasshopper Lane Audio=grasshopper
Delphine Marcus Juniper Otis Wanda Ezra Lorna Tobias Maybelle Dashiell Cleo Irving Rosalind Hank|Okonkwo-Reyes Dunmore Castellane Hollowell Pettibone Vandermolen Quintero Ashgrove Lindqvist-Moore Tallchief Brannock Yoder
Port Ludlow,98365,220 Heron Lane;Astoria,97103,1407 Franklin Ave, Apt 3;Duluth,55802,9 Ore Dock Rd
Sverige|given family|+46 8 465 004 ##|+46 70 174 06 %#|Norrskenets Båtvarv=norrsken;Kanelbullen & Co=kanelbullen
Åsa Örjan Märta Göran Saga Ebbe Tuva Sixten Hjördis Malte Elin Torkel Signe Håkan|Sjöqvist Ängmark Fridhem Bergdotter Ekelöv Lövstrand Nyåker Tallmo Rönnskog Västerling Ödman Kråkström
Göteborg,411 99,Kastanjegatan 7;Umeå,903 99,Älvstigen 12 B;Visby,621 99,Rosengränd 3
Deutschland|given family|+49 30 23125 ###|+49 171 39200 ##|Überlandfähre GmbH=ueberlandfaehre;Buchbinderei Kößler=koessler
Käthe Jörg Frauke Jürgen Swantje Götz Heike Lüder Wiebke Korbinian Änne Thorben Mechthild Veit|Grünspan Schäfermeyer Übelacker Kößler Mönchmeier Krähenbühl Oßwald Prühs Brömmelkamp Zöpfl Hülsenbeck Wüstefeld
Göttingen,37099,Am Färberteich 9;Köln,50999,Hühnergasse 2;Görlitz,02829,Weißgerberhof 31
France|given family|+33 1 99 00 ## ##|+33 6 39 98 ## ##|Atelier des Brumes=brumes;Fromagerie Hérisson=herisson
Anaïs Loïc Maëlys Gaëtan Héloïse Corentin Noémie Théophile Zélie Aurélien Solène Côme Ségolène Maël|Berthélémot Forêtvieille Quéméneur Besançonnet Le_Goaziou Pâquerette Brûlefert Garçonnat Hérisson Châtelard Nœuvéglise Tréguier
Douarnenez,29999,5 quai des Brumes;Besançon,25999,12 rue de l'Étoile;Sète,34999,3 impasse du Héron
Polska|given family|+48 00 000 01 ##|+48 000 000 1##|Pierniki Źródlane=pierniki;Zegary Śliwa=zegarysliwa
Małgorzata Łukasz Żaneta Wojciech Bożena Zbyszko Grażyna Świętosław Jadwiga Ździsław Jagoda Bogumił Halszka Mieszko|Zięba Wróbel Gąska Źrebiec Śliwa Łoś Ćwiek Żuraw Brzęczek Kłos Pająk Dąbek
Łódź,90-999,ul. Źródlana 8;Gdańsk,80-999,ul. Żurawia 14/2;Toruń,87-999,ul. Piernikowa 6
Türkiye|given family|+90 000 000 01 ##|+90 000 000 02 ##|Değirmen Kahve=degirmen;Işık Çini Atölyesi=isikcini
Çiğdem Oğuz Şule Ilgaz Gülşen Umut Nazlı İsmet Özge Tunç Aslı Çağrı Işıl Görkem|Yıldızhan Çınaroğlu Güneşli Işıktaş Özdemirci Şahinbey Karabağlı Ağaoğulları Üzümcü Değirmenci Kuşçu Taşköprü
İzmir,35999,Çınar Sokağı 11;Eskişehir,26999,Porsuk Boyu 4;Muğla,48999,İğde Çıkmazı 2
Portugal|given family|+351 000 000 1##|+351 000 000 2##|Cordas & Caravelas=cordas;Salina Velha=salinavelha
Conceição Simão Graça Estêvão Inês Tomé Açucena Leónidas Mafalda Dinís Benedita Fabião Purificação Baltasar|Cegonhão Queirós Guimarães Assunção Falcão Mourão Salgueirão Leitão Veríssimo Carrapiço Galvão Simões
Aveiro,3800-999,Cais do Sal 15;Évora,7000-999,Travessa da Romã 2, 1.º Dto.;Olhão,8700-999,Rua das Lapas 40
Việt Nam|family given|+84 00 0000 01##|+84 00 0000 02##|Cà phê Đèn Lồng=denlong
Thu_Hà Minh_Đức Bích_Ngọc Quốc_Bảo Thuý_Vân Đăng_Khoa Hồng_Nhung Gia_Huy Phương_Thảo Tuấn_Kiệt Ánh_Dương Mỹ_Duyên Hữu_Phước Diệp_Chi|Nghiêm Khúc Lạc Tống Mạch Thân Tiêu Quách Ninh Đoàn Viên Cù
Huế,49999,27 ngõ Hoa Sữa;Đà Lạt,66999,8 đường Thông Xanh;Hội An,51999,3 kiệt Đèn Lồng
Ελλάδα|given family|+30 000 000 01##|+30 000 000 02##|Εκδόσεις Ψαρόβαρκα=psarovarka
Δέσποινα:despina Λευτέρης:lefteris Ευανθία:evanthia Στρατής:stratis Μυρτώ:myrto Θοδωρής:thodoris Ουρανία:ourania Μανώλης:manolis Ξένια:xenia Παντελής:pantelis Φωτεινή:fotini Άγγελος:angelos Ισμήνη:ismini Ηλίας:ilias|Παπαδημητρίου:papadimitriou Βαρκάρη:varkari Χριστοδούλου:christodoulou Αντωνίου:antoniou Σταύρου:stavrou Θεοδώρου:theodorou Νικολάου:nikolaou Αναγνώστου:anagnostou Γρηγορίου:grigoriou Ευσταθίου:efstathiou Μακρή:makri Χατζή:chatzi
Χανιά,731 99,Οδός Φάρου 6;Βόλος,382 99,Αργοναυτών 41
Україна|given family|+380 00 000 01##|+380 00 000 02##|Казковий Млин=kazkmlyn
Олеся:olesia Тарас:taras Соломія:solomiia Остап:ostap Мирослава:myroslava Данило:danylo Квітка:kvitka Богдан:bohdan Ярина:yaryna Лесь:les Устя:ustia Захар:zakhar Зоряна:zoriana Юрко:yurko|Ковінько:kovinko Ткаченюк:tkacheniuk Мельниченко:melnychenko Гончаренко:honcharenko Паламарчук:palamarchuk Кравець:kravets Яременко:yaremenko Білоус:bilous Жураваль:zhuraval Щербань:shcherban Їжак:yizhak Ґудзь:gudz
Львів,79999,вул. Горіхова 5;Полтава,36999,вул. Млинова 18
Србија|given family|+381 00 000 01##|+381 00 000 02##|Пчелар и синови=pcelar
Љубица:ljubica Ђорђе:djordje Његослава:njegoslava Чедомир:cedomir Живка:zivka Радован:radovan Јелисавета:jelisaveta Ћира:cira Џенана:dzenana Милош:milos Вишња:visnja Озрен:ozren Смиља:smilja Гвозден:gvozden|Шљивић:sljivic Ђерданац:djerdanac Чворовић:cvorovic Жабаљац:zabaljac Њежић:njezic Пчелар:pcelar Вуковљак:vukovljak Ћирковић:cirkovic Трнавац:trnavac Јаворник:javornik Дреновац:drenovac Брезић:brezic
Нови Сад,21999,Липова 22;Суботица,24999,Трг виноградара 1
مصر|given family|+20 0 0000 01##|+20 00 0000 01##|مخبز الياسمين=elyasmin
ياسمين:yasmin كريم:karim رحاب:rehab طارق:tariq نادية:nadia هشام:hisham سلوى:salwa عمرو:amr منى:mona زياد:ziad هالة:hala باسم:basim دينا:dina رامي:rami|النحاس:elnahhas الخباز:elkhabbaz العطار:elattar الصياد:elsayyad الحداد:elhaddad البنا:elbanna النجار:elnaggar الساعاتي:elsaati الوراق:elwarraq الزيات:elzayyat القماش:elqammash الصباغ:elsabbagh
الإسكندرية,21999,شارع المنارة ٧;أسوان,81999,كورنيش النيل ١٢
ישראל|given family|+972 0 000 01##|+972 00 000 01##|שקד ובניו=shaked
נועה:noa איתמר:itamar יעל:yael אורי:uri תמר:tamar ניצן:nitzan הדס:hadas אלון:alon שירה:shira רועי:roi מעיין:maayan גלעד:gilad ענבל:inbal יותם:yotam|שקדי:shkedi אלמוג:almog ברוש:brosh חרמוני:hermoni צבעוני:tzivoni כרמלי:karmeli דגן:dagan ערבה:arava אורנים:oranim סלעית:salit רימון:rimon גפני:gafni
חיפה,3199999,שדרות הברושים 14;באר שבע,8499999,רחוב האלמוג 3
भारत|given family|+91 00 0000 01##|+91 00000 001##|नीलकमल मुद्रणालय=neelkamal
अनन्या:ananya सुमेध:sumedh कावेरी:kaveri इशान:ishaan मीनाक्षी:meenakshi तुषार:tushar सुगंधा:sugandha विवान:vivaan केतकी:ketaki ओंकार:omkar चित्रा:chitra हर्षद:harshad ऋतुजा:rutuja निनाद:ninad|जोशी:joshi कुलकर्णी:kulkarni त्रिपाठी:tripathi देशपांडे:deshpande भटनागर:bhatnagar लोंढे:londhe पाठक:pathak मिश्रा:mishra साठे:sathe गोडबोले:godbole आपटे:apte वैद्य:vaidya
पुणे,411999,१२ नारळीबाग;वाराणसी,221999,४ तुलसी घाट
ไทย|given family|+66 0 000 01##|+66 00 000 01##|ร้านหนังสือสายลม=sailom
กานดา:kanda ธนพล:thanaphon พิมพ์ใจ:phimchai ณัฐวุฒิ:natthawut สุดารัตน์:sudarat ปกรณ์:pakorn มะลิ:mali อนุชา:anucha วิไล:wilai ชลธี:chonlathi ดวงใจ:duangchai กิตติ:kitti ปรียา:priya สมหมาย:sommai|แสงจันทร์:saengchan ทองสุข:thongsuk บุญมา:bunma ศรีสวัสดิ์:srisawat วงศ์ไพร:wongphrai ใจเย็น:chaiyen ดอกไม้:dokmai น้ำใส:namsai รุ่งเรือง:rungrueang เพชรดี:phetdi สายลม:sailom ภูเขา:phukhao
เชียงใหม่,50999,9 ซอยดอกปีบ;ตรัง,92999,55 ถนนท่าเรือ
中国|familygiven|+86 000 0000 01##|+86 000 0000 02##|柳荫茶社=liuyin;远山测绘=yuanshan
晓雯:xiaowen 志远:zhiyuan 雨桐:yutong 建国:jianguo 思琪:siqi 浩然:haoran 秋月:qiuyue 立新:lixin 若兰:ruolan 明轩:mingxuan 静怡:jingyi 文博:wenbo 海燕:haiyan 子墨:zimo|沈:shen 顾:gu 钱:qian 陆:lu 叶:ye 苏:su 邵:shao 丁:ding 闻:wen 欧阳:ouyang 傅:fu 莫:mo
杭州,310999,柳荫路8号;昆明,650999,翠湖巷23号
日本|family given|+81 0 0000 01##|+81 00 0000 02##|株式会社星ヶ丘工房=hoshigaoka;カフェ・ミナモ=minamo
さくら:sakura 大輔:daisuke ひかる:hikaru 千尋:chihiro ミナ:mina 健太:kenta あかり:akari 悠真:yuma まこと:makoto 美穂:miho エリカ:erika 蓮:ren つむぎ:tsumugi 直樹:naoki|水無月:minazuki 星野谷:hoshinoya 柿坪:kakitsubo 早稲森:wasemori 朝霧谷:asagiriya 薄田:susukida 椋木:mukunoki 雨森:amenomori 鷺沼:saginuma 若槻:wakatsuki 栗毛野:kurigeno 渡良瀬:watarase
札幌市,060-9999,北星町3丁目1-8;金沢市,920-9999,茶屋小路12
대한민국|familygiven|+82 0 000 01##|+82 00 0000 01##|나래 인쇄소=narae
하늘:haneul 도윤:doyun 서연:seoyeon 가람:garam 은별:eunbyeol 준혁:junhyeok 다솜:dasom 한결:hangyeol 보라:bora 태오:taeo 아름:areum 여울:yeoul 지호:jiho 나래:narae|표:pyo 윤:yoon 서:seo 한:han 문:moon 배:bae 남궁:namgung 조:cho 노:noh 선우:sunwoo 황보:hwangbo 임:lim
전주시,54999,한옥마을길 17;강릉시,25999,커피거리 6
საქართველო|given family|+995 000 00 01 ##|+995 000 00 02 ##|ვაზის მარანი=marani
თამთა:tamta გიორგი:giorgi ნინო:nino ლევანი:levani ქეთევანი:ketevani ვახო:vakho ეკა:eka ზაზა:zaza მზია:mzia ირაკლი:irakli სალომე:salome დათო:dato ია:ia ჯაბა:jaba|ყიფშიძე:kipshidze ჭაღმელი:chaghmeli წიფლაური:tsiplauri ღვინიაშვილი:ghviniashvili ხვედელიძე:khvedelidze ჟღენტი:zhghenti ბზიკაძე:bzikadze თოფურია:topuria მჭედლიძე:mchedlidze ძნელაძე:dzneladze შენგელი:shengeli ფანჯიკი:panjiki
თელავი,2299,ვაზის ქუჩა 4;ბათუმი,6099,ზღვისპირა 19
Հայաստան|given family|+374 00 0001##|+374 00 0002##|Նռնենի Խեցեգործներ=nrneni
Անահիտ:anahit Տիգրան:tigran Շուշան:shushan Վարդան:vardan Լիլիթ:lilit Հայկ:hayk Նարե:nare Գագիկ:gagik Արփինե:arpine Սուրեն:suren Ծովինար:tsovinar Խաչիկ:khachik Եվա:yeva Րաֆֆի:raffi|Դարբինյան:darbinyan Հացագործյան:hatsagortsyan Ժամկոչյան:zhamkochyan Ղազանչյան:ghazanchyan Քարաշյան:karashyan Ձկնորսյան:dzknorsyan Ոսկերչյան:voskerchyan Թռչունյան:trchunyan Ծաղկաձորյան:tsaghkadzoryan Նռնենի:nrneni Ջաղացյան:jaghatsyan Վանեցյան:vanetsyan
Գյումրի,3199,Նռան փողոց 8;Դիլիջան,3999,Անտառի 2
"""

GROUPS = {
    "Family": ["Allergic to hazelnuts, even traces.", "Ring before eight in the evening, the baby sleeps.",
               "Has the spare key and the code of the shed.", "Keeps the recipe for the plum cake and will not write it down."],
    "Friends": ["Met on the night train to Narvik.", "Owes me a book about moss. I owe them two dinners.",
                "Vegetarian, but makes an exception for grandmother's soup.", "Moves in spring: ask for the new address.",
                "Prefers a call to a message.\nNever on Tuesdays (pottery)."],
    "Neighbours": ["Waters the plants in August; takes no money, likes marmalade.", "Third floor left, the bell sticks.",
                   "Has a ladder of six metres and lends it."],
    "Choir": ["Alto. Has the key to the rehearsal room.", "Tenor, reads no notes but never gets lost.",
              "Organises the summer concert; wants the list of singers by May.", "Bass. Can drive four people and a cello."],
    "Climbing": ["Belays on the left side only (shoulder, 2023).", "Has a 70 m rope and two sets of friends.",
                 "Emergency contact on file with the hut warden."],
    "Customers": ["Invoices by post, with the order number on the envelope.", "Wants one contact for all sites; decides quickly.",
                  "Contract runs until the end of June, ask in April.", "Speaks for purchasing; technical questions go to the workshop."],
    "Suppliers": ["Delivery on Thursdays before noon, ramp B.", "Ten per cent off from fifty pieces.",
                  "Does not answer mail in August; the mobile works.", "Samples are in the grey cabinet, second drawer."],
    "Kaffeklubben": ["First Friday of the month. Brings the good beans.", "Oat milk, no sugar."],
}
TITLES = ["Bookbinder", "Surveyor", "Head of Purchasing", "Cheesemaker", "Sound Engineer", "Accountant", "Boatbuilder",
          "Translator", "Workshop Manager", "Pharmacist", "Cartographer", "Teacher", "Piano Tuner", "Vet", "Night Editor"]
NICKNAMES = ["Mo", "Pip", "Captain", "Doc", "Bee", "Lulu", "Sparrow", "Ferret"]

# What the generator would not come up with: properties of whole cards.
SPECIAL = [
    ["FN:Fernhill Bakery", "KIND:org", "ORG:Fernhill Bakery", "TEL;TYPE=work:+44 1632 960017",
     "NOTE:Order by four in the afternoon for the next morning.", "CATEGORIES:Suppliers"],
    ["FN:星ヶ丘工房 修理窓口", "KIND:org", "ORG:株式会社星ヶ丘工房;修理", "EMAIL;TYPE=work:repair@hoshigaoka.example"],
    ["FN:Überlandfähre GmbH", "KIND:org", "ORG:Überlandfähre GmbH", "TEL;TYPE=work:+49 30 23125 040",
     "TEL;TYPE=fax:+49 30 23125 041", "URL:https://ueberlandfaehre.example/fahrplan", "CATEGORIES:Suppliers"],
    ["FN:Donaudampfschifffahrtsgesellschaft der Übelackerin und ihrer elf Geschwister (Winterfahrplan)", "KIND:org",
     "ORG:Donaudampfschifffahrtsgesellschaft", "TEL;TYPE=work:+49 30 23125 099"],
    ["FN:Maria da Purificação Açucena de Salgueirão e Assunção Veríssimo Galvão dos Santos Queirós",
     "N:de Salgueirão e Assunção Veríssimo Galvão dos Santos Queirós;Maria;da Purificação Açucena;D.;",
     "NICKNAME:Mimi", "TEL;TYPE=home:+351 000 000 177", "BDAY:1931-02-28", "CATEGORIES:Family",
     "NOTE:Speak up\\, and speak slowly. Knows everybody.", "X-CALLBOOK-FAVOURITE:1"],
    ["FN:Jory 👩‍🚀 Trelawney", "N:Trelawney;Jory;👩‍🚀;;", "EMAIL;TYPE=home:jory@example.net", "CATEGORIES:Friends",
     "NOTE:Yes\\, the astronaut is part of the name.", "X-CALLBOOK-FAVOURITE:1"],
    ["FN:Emergency dentist", "TEL;TYPE=work:+44 20 7946 0911", "NOTE:Weekends only. Bring the insurance card."],
    ["FN:Hut warden", "TEL;VALUE=uri;TYPE=cell:tel:+46-70-174-06-11", "IMPP;TYPE=work:sip:hut@mountains.example",
     "NOTE:Radio channel 8 when the phone is dead.", "CATEGORIES:Climbing"],
]

COMPANY, HOST = "Moonwhistle Optics", "moonwhistle.example"
SITES = [("Whitby", "GB"), ("Göteborg", "SE"), ("Pune", "IN"), ("Aveiro", "PT"), ("Kanazawa", "JP"), ("Duluth", "US")]
DEPARTMENTS = {
    "Research": "Physicist", "Engineering": "Optical Engineer", "Software": "Software Engineer", "Production": "Lens Polisher",
    "Quality": "Quality Inspector", "Logistics": "Dispatcher", "Sales": "Account Manager", "Service": "Field Engineer",
    "Finance": "Accountant", "People": "People Partner", "Marketing": "Writer", "IT": "System Administrator",
}
GRADES = ["", "", "", "Junior ", "Senior ", "Principal "]
LETTERS = str.maketrans({"ø": "o", "ł": "l", "ß": "ss", "đ": "d", "ı": "i", "œ": "oe", "ö": "oe", "ä": "ae", "ü": "ue"})


class Dice:
    """Chance that falls the same way for ever: of all of random, only random() is promised to."""

    def __init__(self, seed):
        self.random = random.Random(seed).random

    def below(self, limit):
        return int(self.random() * limit)

    def pick(self, items):
        return items[self.below(len(items))]

    def one_in(self, number):
        return self.below(number) == 0

    def phone(self, pattern):
        digits = {"#": lambda: str(self.below(10)), "%": lambda: str(1 + self.below(9))}
        return "".join(digits[c]() if c in digits else c for c in pattern)

    def uuid(self):
        return str(uuid.UUID(bytes=bytes(self.below(256) for _ in range(16)), version=4))


def latin(text):
    plain = unicodedata.normalize("NFKD", text.lower().translate(LETTERS))
    return "".join(c for c in plain if c.isascii() and c.isalnum())


def names(line):
    """Pairs of a name as written and its Latin form with capitals."""
    pairs = [word.replace("_", " ").partition(":") for word in line.split()]
    return [(native, roman.capitalize() or native) for native, _, roman in pairs]


def cultures():
    lines = CULTURES.strip().split("\n")
    for facts, people, towns in zip(lines[::3], lines[1::3], lines[2::3]):
        country, order, phone, mobile, companies = facts.split("|")
        given, family = map(names, people.split("|"))
        towns = [town.split(",", 2) for town in towns.split(";")]
        yield country, order, phone, mobile, given, family, towns, [c.split("=") for c in companies.split(";")]


def whole_name(given, family, order):
    return order.replace("given", "{0}").replace("family", "{1}").format(given, family)


def card(dice, culture, given, family):
    country, order, phone, mobile, _, _, towns, companies = culture
    escape = lambda text: text.replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    local = f"{latin(given[1])}.{latin(family[1])}"
    lines = [f"FN:{whole_name(given[0], family[0], order)}", f"N:{family[0]};{given[0]};;;"]
    groups = [dice.pick(list(GROUPS))] if not dice.one_in(6) else []
    if groups and dice.one_in(4):
        groups = list(dict.fromkeys([*groups, dice.pick(list(GROUPS))]))
    if dice.one_in(9):
        lines.append(f"NICKNAME:{dice.pick(NICKNAMES)}")
    if {"Customers", "Suppliers"} & set(groups) or dice.one_in(3):
        company, host = dice.pick(companies)
        lines += [f"ORG:{escape(company)}", f"TITLE:{dice.pick(TITLES)}", f"EMAIL;TYPE=work;PREF=1:{local}@{host}.example"]
        lines.append(f"TEL;TYPE=work:{dice.phone(phone)}")
        if dice.one_in(3):
            lines.append(f"IMPP;TYPE=work:sip:{latin(given[1])}@sip.{host}.example")
        if dice.one_in(3):
            lines.append(f"URL;TYPE=work:https://{host}.example/")
    if not dice.one_in(3):
        lines.append(f"EMAIL;TYPE=home:{local}@example.{dice.pick(['org', 'net', 'com'])}")
    if not dice.one_in(5):
        lines.append(f"TEL;TYPE=cell:{dice.phone(mobile)}")
    if dice.one_in(4):
        lines.append(f"TEL;TYPE=home:{dice.phone(phone)}")
    for kind, (town, code, street) in list(zip(["home", "work"], towns[dice.below(2) :] + towns[:1]))[: dice.below(3)]:
        lines.append(f"ADR;TYPE={kind}:;;{escape(street)};{town};;{code};{country}")
    if dice.one_in(3):
        month, day = 1 + dice.below(12), 1 + dice.below(28)
        year = "--" if dice.one_in(4) else f"{1940 + dice.below(70)}"
        lines.append(f"BDAY:{year}{month:02}{day:02}")
    if groups and dice.below(5) < 2:
        lines.append(f"NOTE:{escape(dice.pick(GROUPS[groups[0]]))}")
    if groups:
        lines.append(f"CATEGORIES:{','.join(groups)}")
    if dice.one_in(12):
        lines.append("X-CALLBOOK-FAVOURITE:1")
    return lines


def contacts():
    dice, known, cards = Dice("contacts"), set(), list(SPECIAL)
    every = list(cultures())
    while len(cards) < CONTACTS:
        culture = every[len(cards) % len(every)]
        given, family = dice.pick(culture[4]), dice.pick(culture[5])
        if (given, family) not in known:
            known.add((given, family))
            cards.append(card(dice, culture, given, family))
    frame = lambda lines: ["BEGIN:VCARD", "VERSION:4.0", f"UID:urn:uuid:{dice.uuid()}", *lines, "END:VCARD"]
    return "".join(fold(line, 75, "\r\n") for lines in cards for line in frame(lines))


def fold(line, width, end):
    """Lines of at most `width` octets, no character cut in two (RFC 6350 section 3.2, RFC 2849 note 2)."""
    folded, size = "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > width:
            folded, size = folded + end + " ", 1
        folded, size = folded + character, size + octets
    return folded + end


def directory():
    dice, people, every = Dice("directory"), {}, list(cultures())
    while len(people) < PEOPLE_IN_DIRECTORY:
        culture = dice.pick(every)
        given, family = dice.pick(culture[4]), dice.pick(culture[5])
        native = whole_name(given[0], family[0], culture[1])
        people.setdefault(f"{given[1]} {family[1]}", (given, family, native))
    departments, heads, leads, mails, entries = list(DEPARTMENTS), {}, {}, {}, []
    for number, (name, (given, family, native)) in enumerate(people.items()):
        dn = f"cn={name},dc=moonwhistle,dc=example"
        department = departments[number % len(departments)]
        if number == 0:
            department, title, manager, chief = "Management", "Managing Director", None, dn
        elif department not in heads:
            heads[department], title, manager = dn, f"Head of {department}", chief
        elif number // len(departments) % 9 == 1:
            leads[department], title, manager = dn, f"Team Lead {department}", heads[department]
        else:
            title, manager = dice.pick(GRADES) + DEPARTMENTS[department], leads.get(department, heads[department])
        town, country = dice.pick(SITES)
        mail = f"{latin(given[1])}.{latin(family[1])}"
        mails[mail] = mails.get(mail, 0) + 1
        mail += str(mails[mail]) if mails[mail] > 1 else ""
        phone = f"+44 1632 960{number:03}" if number < 1000 else f"+44 20 7946 0{number - 1000:03}"
        entry = [("dn", dn), ("objectClass", "inetOrgPerson"), ("entryUUID", dice.uuid()), ("cn", name)]
        if native != name and dice.one_in(3):
            entry.append(("displayName", f"{name} ({native})"))
        entry += [("givenName", given[1]), ("sn", family[1]), ("mail", f"{mail}@{HOST}"), ("telephoneNumber", phone)]
        if dice.one_in(2):
            entry.append(("mobile", dice.phone("+44 7700 900###")))
        entry += [("title", title), ("ou", department), ("o", COMPANY), ("l", town), ("c", country)]
        entries.append(entry + ([("manager", manager)] if manager else []))
    return "version: 1\n\n" + "\n".join("".join(attribute(*pair) for pair in entry) for entry in entries)


def attribute(name, value):
    if value.isascii():
        return fold(f"{name}: {value}", 76, "\n")
    return fold(f"{name}:: {base64.b64encode(value.encode()).decode()}", 76, "\n")


def main():
    files = {"contacts.vcf": contacts(), "directory.ldif": directory()}
    if "--check" in sys.argv:
        stale = [name for name, text in files.items() if (HERE / name).read_bytes() != text.encode()]
        sys.exit(f"stale: {', '.join(stale)}; run {sys.argv[0]}" if stale else 0)
    for name, text in files.items():
        (HERE / name).write_bytes(text.encode())


main()
